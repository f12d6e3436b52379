// The chat page: what the person does goes to the server, and events come back.

import { bubble, element } from "/message.js";

const FRESH = 5; // s, how long a chat action or an answer concerns the person
const RETRY = 1000; // ms

// Each tab is a user of its own; a reload keeps the user, so the conversation comes back.
sessionStorage.user ??= 1 + (crypto.getRandomValues(new Uint32Array(1))[0] % (2 ** 31 - 1));
const chat = `/chat/${sessionStorage.user}`;

const [log, text, status, viewer, notice] = ["log", "text", "status", "viewer", "alert"].map((id) =>
  document.getElementById(id),
);
const onId = (id, event, listener) => document.getElementById(id).addEventListener(event, listener);

async function call(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error("The sandbox does not answer: start it again in its terminal.");
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

// ---- what the person does

async function send(fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  try {
    await call(`${chat}/messages`, { method: "POST", body });
    return true;
  } catch (error) {
    show(element("p", { className: "note", role: "alert" }, error.message), true);
    return false;
  }
}

async function sendText() {
  const written = text.value;
  if (!written.trim()) return text.focus();
  text.value = "";
  if (!(await send({ text: written }))) text.value ||= written;
}

async function sendFiles(files, kind) {
  const caption = text.value;
  text.value = "";
  for (const [index, file] of [...files].entries()) {
    const fits = kind ?? (file.type.startsWith("image/") ? "photo" : "document");
    const sent = await send({ kind: fits, caption: index ? "" : caption, file });
    if (!sent && !index) text.value ||= caption;
  }
}

async function press({ message_id }, { callback_data: data }, node) {
  node.ariaBusy = "true";
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ message_id, data });
  try {
    await call(`${chat}/callbacks`, { method: "POST", headers, body });
  } catch (error) {
    node.ariaBusy = null;
    show(element("p", { className: "note", role: "alert" }, error.message), true);
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

function say(line, seconds) {
  clearTimeout(quiet);
  status.textContent = line;
  if (seconds) quiet = setTimeout(say, seconds * 1000, "");
}

// The newest message stays in sight unless the person has scrolled up.
let following = true;

function settle() {
  if (following) log.scrollTop = log.scrollHeight;
}

function show(node, always) {
  following ||= always;
  log.append(node);
  settle();
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
  if (message.from.is_bot) say("");
  if (old) old.replaceWith(node);
  else show(node, !message.from.is_bot);
  react(message.message_id);
  settle();
}

function answer({ message_id, text: line, show_alert: loud }) {
  for (const node of document.querySelectorAll(`#message-${message_id} [aria-busy]`)) {
    node.ariaBusy = null;
  }
  if (!line) return;
  if (!loud) return say(line, FRESH);
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
    const doing = action.startsWith("upload_") ? "sending a file" : "typing";
    say(`${document.getElementById("name").textContent} is ${doing}…`, FRESH);
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
  const about = await call(`/commands?chat_id=${sessionStorage.user}`);
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
  const none = element("li", { className: "none" }, "The bot has not set any commands yet.");
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
      if (lost) for (const node of log.querySelectorAll("article, .note")) node.remove();
      if (lost) say("");
      lost = false;
      events.forEach(apply);
      after = events.at(-1)?.id ?? after;
    } catch (error) {
      say(error.message);
      lost = true;
      after = 0;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

// ---- listeners

onId("composer", "submit", (event) => {
  event.preventDefault();
  sendText();
});
onId("text", "keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendText();
});
for (const [id, kind] of [["photo", "photo"], ["file", "document"]]) {
  onId(id, "change", async ({ target }) => {
    await sendFiles(target.files, kind);
    target.value = ""; // so that the same file can be chosen again
  });
}
onId("log", "scroll", () => {
  following = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
});
log.addEventListener("load", settle, true); // a picture takes its room when it is there
onId("start", "click", () => send({ text: "/start" }));
onId("viewer", "click", () => viewer.close());
document.addEventListener("paste", ({ clipboardData }) => sendFiles(clipboardData.files));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dragging");
});
for (const type of ["dragleave", "drop"]) {
  document.addEventListener(type, () => document.body.classList.remove("dragging"));
}
document.addEventListener("drop", (event) => {
  event.preventDefault();
  sendFiles(event.dataTransfer.files);
});

follow();
