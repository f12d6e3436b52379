// The chat page: what the person does goes to the server, and events come back.

import { send } from "/compose.js";
import { complain, settle, show } from "/log.js";
import { bubble, element } from "/message.js";
import { call, chat, user } from "/server.js";
import { say } from "/words.js";

const FRESH = 5; // s, how long a chat action or an answer concerns the person
const RETRY = 1000; // ms

const [log, status, viewer, notice] = ["log", "status", "viewer", "alert"].map((id) =>
  document.getElementById(id),
);
const onId = (id, event, listener) => document.getElementById(id).addEventListener(event, listener);

async function press({ message_id }, { callback_data: data }, node) {
  node.ariaBusy = "true";
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ message_id, data });
  try {
    await call(`${chat}/callbacks`, { method: "POST", headers, body });
  } catch (error) {
    node.ariaBusy = null;
    complain(error);
  }
}

function open(source, alt) {
  Object.assign(viewer.querySelector("img"), { src: source, alt });
  viewer.showModal();
}

const actions = { run: (command) => send({ text: command }), press, open };

// ---- what the bot does

const reactions = new Map();
let quiet;

function tell(line, seconds) {
  clearTimeout(quiet);
  status.textContent = line;
  if (seconds) quiet = setTimeout(tell, seconds * 1000, "");
}

function react(id) {
  const emoji = reactions.get(id) ?? [];
  const inside = document.querySelector(`#message-${id} .bubble`);
  inside?.querySelector(".reaction")?.remove();
  if (emoji.length) inside?.append(element("span", { className: "reaction" }, ...emoji));
}

function place({ message }) {
  const node = bubble(message, actions);
  const old = document.getElementById(node.id);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(node);
    if (focused) (node.querySelector(".keyboard > * > *") ?? log).focus({ preventScroll: true });
  } else {
    if (message.from.is_bot) tell("");
    show(node, !message.from.is_bot, message.media_group_id);
  }
  react(message.message_id);
  settle();
}

function answer({ message_id, text: line, show_alert: loud }) {
  for (const node of document.querySelectorAll(`#message-${message_id} [aria-busy]`)) {
    node.ariaBusy = null;
  }
  if (!line) return;
  if (!loud) return tell(line, FRESH);
  notice.querySelector("p").textContent = line;
  notice.showModal();
}

const handlers = {
  message: place,
  edit: place,
  reaction({ message_id, emoji }) {
    reactions.set(message_id, emoji);
    react(message_id);
  },
  action({ action }) {
    const name = document.getElementById("name").textContent;
    const doing = action.startsWith("upload_") ? "actionFile" : "actionTyping";
    tell(say(doing, { name }), FRESH);
  },
  callback_answer: answer,
  profile: introduce,
};

const lasting = new Set(["message", "edit", "reaction"]);

function apply(event) {
  const fresh = Date.now() / 1000 - event.date < FRESH;
  if (fresh || lasting.has(event.type)) handlers[event.type](event);
}

async function introduce() {
  const about = await call(`/commands?chat_id=${user}`);
  const fill = (id, line) => line && (document.getElementById(id).textContent = line);
  fill("name", about.name);
  fill("about", about.short_description);
  fill("description", about.description);
  const items = about.commands.map(({ command, description }) => {
    const onclick = () => {
      document.getElementById("menu").hidePopover();
      send({ text: `/${command}` });
    };
    const button = element("button", { type: "button", onclick }, element("b", {}, `/${command}`), description);
    return element("li", {}, button);
  });
  const none = element("li", { className: "none" }, say("noCommands"));
  document.getElementById("menu").replaceChildren(...(items.length ? items : [none]));
}

async function follow() {
  let after = 0;
  let lost = false;
  for (;;) {
    try {
      if (!after) await introduce();
      const { events } = await call(`${chat}/events?after=${after}&wait=${lost ? 0 : 25}`);
      // A restarted sandbox numbers anew: show what it knows from the beginning.
      if (lost) for (const node of log.querySelectorAll("article, .album, .note")) node.remove();
      if (lost) tell("");
      lost = false;
      events.forEach(apply);
      after = events.at(-1)?.id ?? after;
    } catch (error) {
      tell(error.message);
      lost = true;
      after = 0;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

// ---- listeners

onId("start", "click", () => send({ text: "/start" }));
onId("viewer", "click", () => viewer.close());
follow();
