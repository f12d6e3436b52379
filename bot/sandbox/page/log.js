// The conversation's column: what is put into it, and what stays in sight.

import { keepingFocus } from "/focus.js";
import { element } from "/message.js";

const log = document.getElementById("log");

// The newest message stays in sight unless the person has scrolled up.
let following = true;
let top = 0; // px, where the column stood when it last scrolled

export function settle() {
  if (following) log.scrollTop = log.scrollHeight;
}

// What belongs to the same album stands in one box.
function box(group) {
  if (!group) return log;
  const id = `album-${group}`;
  return document.getElementById(id) ?? log.appendChild(element("div", { className: "album", id }));
}

export function show(node, always, group) {
  following ||= always;
  keepingFocus(() => box(group).append(node)); // the first message takes the greeting's place
  settle();
}

export function complain({ message }) {
  show(element("p", { className: "note", role: "alert" }, message), true);
}

log.addEventListener("scroll", () => {
  const below = log.scrollHeight - log.scrollTop - log.clientHeight;
  // What has just grown leaves room below, too, but only the person goes up.
  if (below < 80) following = true;
  else if (log.scrollTop < top) following = false;
  top = log.scrollTop;
});
new ResizeObserver(settle).observe(log); // the text box has grown, or the phone was turned
log.addEventListener("load", settle, true); // a picture takes its room when it is there
