// The chat page: what the person does goes to the server, and events come back.

import { send } from "/compose.js";
import { complain, settle, show } from "/log.js";
import { keepingFocus } from "/focus.js";
import { offer } from "/menu.js";
import { bubble, element } from "/message.js";
import { replyTo } from "/reply.js";
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

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(say("copied"), FRESH);
  } catch {
    complain(new Error(say("notCopied")));
  }
}

function open(source, alt) {
  Object.assign(viewer.querySelector("img"), { src: source, alt });
  viewer.showModal();
}

function reply(message) {
  replyTo(message);
  document.getElementById("text").focus();
}

const actions = { run: (command) => send({ text: command }), press, copy, open, reply };

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

function replace(old, node) {
  const { activeElement } = document;
  const focused = old.contains(activeElement);
  old.replaceWith(node);
  if (!focused) return;
  const successor = activeElement.matches(".reply") ? ".reply" : ".keyboard > * > *";
  (node.querySelector(successor) ?? log).focus({ preventScroll: true });
}

function place({ message }) {
  const node = bubble(message, actions);
  const old = document.getElementById(node.id);
  if (old) {
    replace(old, node);
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

// Until the bot has a photo, the page draws one.
function portray(photo) {
  if (!photo) return;
  const [drawn, portrait] = document.querySelectorAll("header .avatar");
  portrait.src = `/pictures/${photo}`;
  portrait.hidden = false;
  drawn.toggleAttribute("hidden", true);
}

// Tells whether it is another bot than before: the sandbox gives each run one of its own.
async function introduce() {
  const about = await call(`/commands?chat_id=${user}`);
  const fill = (id, line) => line && (document.getElementById(id).textContent = line);
  portray(about.photo);
  fill("name", about.name);
  fill("about", about.short_description);
  fill("description", about.description);
  offer(about.commands);
  const { bot } = sessionStorage;
  sessionStorage.bot = about.id;
  return Boolean(bot) && bot !== sessionStorage.bot;
}

// A restarted sandbox numbers anew: what it knows is shown from the beginning.
function clear() {
  keepingFocus(() => {
    for (const node of log.querySelectorAll("article, .album, .note")) node.remove();
  });
  tell("");
}

function beginAnew() {
  replyTo(null);
  show(element("p", { className: "note" }, say("anew")), true);
}

async function follow() {
  let after = 0;
  let lost = false;
  for (;;) {
    try {
      const anew = !after && (await introduce());
      const wait = lost || anew ? 0 : 25;
      const { events } = await call(`${chat}/events?after=${after}&wait=${wait}`);
      if (lost) clear();
      if (anew) beginAnew();
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
