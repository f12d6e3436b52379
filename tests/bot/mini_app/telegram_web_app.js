// In place of Telegram's script: what the Mini App uses of it. What is called stands at <html>.

const params = new URLSearchParams(location.hash.slice(1));
const initData = params.get("tgWebAppData") ?? "";
const theme = JSON.parse(params.get("tgWebAppThemeParams") ?? "{}");
const user = new URLSearchParams(initData).get("user");

const { classList } = document.documentElement;
const noting = (name) => [name, () => classList.add(name)];
const methods = ["ready", "expand", "close", "disableVerticalSwipes"].map(noting);
const initDataUnsafe = user ? { user: JSON.parse(user) } : {};
window.Telegram = { WebApp: { initData, initDataUnsafe, ...Object.fromEntries(methods) } };

for (const [name, colour] of Object.entries(theme)) {
  document.documentElement.style.setProperty(`--tg-theme-${name.replaceAll("_", "-")}`, colour);
}
