// The Mini App: what is drawn goes to the bot, which answers in the chat.

import { whenDrawn } from "./board.js";
import { say } from "./words.js";

const app = window.Telegram?.WebApp; // none where Telegram's script could not be loaded
const problem = document.getElementById("problem");
const send = document.getElementById("draw-send");
const { lang } = document.documentElement;

// The server does not know who opens the page, and so not their language.
function speakTheirLanguage() {
  const code = app?.initDataUnsafe?.user?.language_code;
  if (!code || code.startsWith(lang) || new URLSearchParams(location.search).has("lang")) return;
  location.replace(`?lang=${encodeURIComponent(code)}${location.hash}`);
}

// Posts a drawing; returns what was wrong, "" if nothing was.
async function post(file) {
  const headers = { Authorization: `tma ${app?.initData ?? ""}` };
  try {
    const response = await fetch(`?lang=${lang}`, { method: "POST", headers, body: file });
    const { error = "" } = await response.json();
    return error;
  } catch {
    return say("lost");
  }
}

function close() {
  app?.close();
}

whenDrawn(async (file) => {
  if (send.ariaBusy) return false;
  send.ariaBusy = "true";
  problem.textContent = "";
  problem.textContent = await post(file);
  send.ariaBusy = null;
  const arrived = !problem.textContent;
  if (arrived) close();
  return arrived;
});
document.getElementById("draw-close").addEventListener("click", close);
document.addEventListener("keydown", ({ key }) => key === "Escape" && close());

speakTheirLanguage();
if (!app?.initData) problem.textContent = say("notFromTelegram");
app?.ready();
app?.expand();
app?.disableVerticalSwipes?.(); // else a stroke downwards would close the page
