// One message as a bubble: a DOM node built from Telegram's Message, never from markup.

import { say } from "/words.js";

const TAGS = {
  blockquote: "blockquote",
  bold: "strong",
  code: "code",
  italic: "em",
  pre: "pre",
  strikethrough: "s",
  underline: "u",
};
const BLOCKS = ["blockquote", "pre"];
const BUBBLE_SIDE = 320; // CSS px
const LANGUAGE = document.documentElement.lang;

export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// `actions` is what a click does: run(command), press(message, button, node), copy(text),
// open(image), reply(message).
export function bubble(message, actions) {
  const mine = !message.from.is_bot;
  const parts = [
    message.reply_to_message && quote(message.reply_to_message),
    (message.photo || message.sticker) && picture(message, actions),
    message.document && attachment(message.document),
    words(message, actions),
    stamp(message),
  ];
  const article = element(
    "article",
    { className: `message ${mine ? "mine" : "theirs"}`, id: `message-${message.message_id}` },
    element("div", { className: "bubble" }, ...parts.filter(Boolean)),
  );
  article.setAttribute("aria-label", nameOf(message.from));
  article.append(replyButton(message, actions));
  if (message.reply_markup) article.append(keyboard(message, actions));
  return article;
}

// The bot's name in the person's language, which is not the one in its messages.
function nameOf({ is_bot: isBot }) {
  return isBot ? document.getElementById("name").textContent : say("you");
}

function replyButton(message, { reply }) {
  const label = say("reply");
  const button = element("button", { type: "button", className: "reply", title: label });
  button.ariaLabel = label;
  button.onclick = () => reply(message);
  return button;
}

function words(message, actions) {
  const text = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities ?? [];
  return text && element("div", { className: "text" }, formatted(text, entities, actions));
}

// Entity offsets count UTF-16 units, as do JavaScript's strings.
function formatted(text, entities, actions, start = 0, end = text.length) {
  const fragment = document.createDocumentFragment();
  let position = start;
  entities.forEach((entity, index) => {
    const stop = entity.offset + entity.length;
    if (entity.offset < position || stop > end) return; // shown inside an earlier one
    const inside = formatted(text, entities.slice(index + 1), actions, entity.offset, stop);
    fragment.append(text.slice(position, entity.offset), styled(entity, inside, actions));
    // A block ends its line: as in Telegram's apps, the line break after it makes no empty one.
    position = BLOCKS.includes(entity.type) && text[stop] === "\n" ? stop + 1 : stop;
  });
  fragment.append(text.slice(position, end));
  return fragment;
}

function styled(entity, inside, actions) {
  const text = inside.textContent;
  if (TAGS[entity.type]) return element(TAGS[entity.type], {}, inside);
  if (entity.type === "spoiler") return element("span", { className: "spoiler", tabIndex: 0 }, inside);
  if (entity.type === "bot_command") {
    return element("button", { type: "button", className: "command", onclick: () => actions.run(text) }, inside);
  }
  return link(entity.url ?? text, inside) ?? inside;
}

function link(url, inside) {
  if (!/^https?:\/\//i.test(url)) return null;
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inside);
}

function picture(message, { open }) {
  const sizes = message.photo ?? [message.sticker.thumbnail];
  const size = sizes.find((each) => Math.max(each.width, each.height) >= BUBBLE_SIDE) ?? sizes.at(-1);
  const { width, height } = size;
  const alt = message.caption || described(message);
  const image = element("img", { src: `/pictures/${size.file_id}`, width, height, alt });
  image.style.setProperty("--width", `${width}px`);
  image.style.setProperty("--ratio", width / height);
  const onclick = () => open(`/pictures/${sizes.at(-1).file_id}`, alt);
  return element("button", { type: "button", className: "picture", title: say("openPicture"), onclick }, image);
}

function described({ photo, from }) {
  const kind = photo ? "photo" : "sticker";
  return from.is_bot ? say(`${kind}From`, { name: nameOf(from) }) : say(`${kind}FromYou`);
}

function amount(bytes) {
  const [number, unit, unitDisplay] =
    bytes < 1024 ? [bytes, "byte", "long"] : [Math.ceil(bytes / 1024), "kilobyte", "short"];
  return new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay }).format(number);
}

function attachment({ file_name: name, file_size: size }) {
  return element(
    "div",
    { className: "attachment" },
    element("strong", {}, name),
    element("small", {}, amount(size)),
  );
}

export function quote(original) {
  const line = original.text ?? original.caption ?? original.document?.file_name ?? say(original.sticker ? "sticker" : "photo");
  const block = element("div", { className: "quote" });
  const small = original.photo?.[0] ?? original.sticker?.thumbnail;
  if (small) block.append(element("img", { src: `/pictures/${small.file_id}`, alt: "" }));
  block.append(element("div", {}, element("b", {}, nameOf(original.from)), element("span", {}, line)));
  return block;
}

function stamp({ date, edit_date: edited }) {
  const time = new Date(date * 1000);
  const clock = time.toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
  return element("time", { dateTime: time.toISOString() }, edited ? say("edited", { time: clock }) : clock);
}

function keyboard(message, actions) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    element("div", { className: "row" }, ...row.map((button) => key(message, button, actions))),
  );
  return element("div", { className: "keyboard" }, ...rows);
}

function key(message, button, { press, copy }) {
  const outside = button.url && link(button.url, button.text);
  if (outside) return outside;
  const node = element("button", { type: "button", className: button.style ?? "" }, button.text);
  const copied = button.copy_text?.text;
  node.onclick = () => (copied ? copy(copied) : press(message, button, node));
  return node;
}
