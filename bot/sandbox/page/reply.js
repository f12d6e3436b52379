// The message that the next one replies to, shown above the text box.

import { quote } from "/message.js";

const bar = document.getElementById("replying");
const text = document.getElementById("text");

let original = null;

export function replyTo(message) {
  original = message;
  bar.hidden = !message;
  bar.querySelector(".quote")?.remove();
  if (message) bar.prepend(quote(message));
}

// The message, which is then no longer to be replied to; null if there is none.
export function takeReply() {
  const taken = original;
  replyTo(null);
  return taken;
}

function leave() {
  replyTo(null);
  text.focus();
}

document.getElementById("reply-cancel").addEventListener("click", leave);
text.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && original && !document.querySelector(".menu:popover-open")) leave();
});
