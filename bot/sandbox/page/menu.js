// The menus over the text box: arrow keys move in them, and a typed "/" opens the commands.

import { send } from "/compose.js";
import { keepingFocus } from "/focus.js";
import { element } from "/message.js";
import { say } from "/words.js";

const commands = document.getElementById("menu");
const text = document.getElementById("text");

// Fills the menu with the bot's commands.
export function offer(list) {
  const items = list.map(({ command, description }) => item(`/${command}`, description));
  const none = element("li", { className: "none" }, say("noCommands"));
  keepingFocus(() => commands.replaceChildren(...(items.length ? items : [none])));
  filter();
}

function item(command, description) {
  const button = element("button", { type: "button" }, element("b", {}, command), description);
  button.onclick = () => {
    commands.hidePopover();
    if (typed()) text.value = "";
    send({ text: command });
  };
  return element("li", {}, button);
}

// The beginning of a command, if that is all that is written.
function typed() {
  return text.value.match(/^\/\w*$/)?.[0];
}

function filter() {
  const beginning = typed() ?? "";
  for (const each of commands.children) each.hidden = !each.textContent.startsWith(beginning);
}

function buttonsOf(menu) {
  return [...menu.querySelectorAll("button")].filter((button) => button.checkVisibility());
}

text.addEventListener("input", () => {
  filter();
  const fits = typed() && [...commands.children].some((each) => !each.hidden);
  commands.togglePopover(Boolean(fits));
});
text.addEventListener("keydown", ({ key }) => key === "Enter" && commands.hidePopover());
commands.addEventListener("beforetoggle", filter);

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu:popover-open");
  if (!menu || event.isComposing) return;
  const buttons = buttonsOf(menu);
  const place = buttons.indexOf(document.activeElement); // -1 in the text box
  const steps = { ArrowDown: place + 1, ArrowUp: Math.max(place, 0) - 1 };
  const inside = place < 0 ? {} : { Home: 0, End: -1 };
  const next = { ...steps, ...inside }[event.key];
  if (next === undefined || !buttons.length) return;
  event.preventDefault();
  buttons.at(next % buttons.length).focus();
});
