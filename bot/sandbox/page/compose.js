// What the person sends: text, files however they come, and what they draw.

import { whenDrawn } from "/draw.js";
import { complain, show } from "/log.js";
import { element } from "/message.js";
import { replyTo, takeReply } from "/reply.js";
import { chat, upload } from "/server.js";
import { shrunk } from "/shrink.js";
import { say } from "/words.js";

const MOST = { photo: 10, document: 1 }; // files a message: Telegram's largest album

const text = document.getElementById("text");
const onId = (id, event, listener) => document.getElementById(id).addEventListener(event, listener);

// The files as [kind, those that go together], photos first.
function parcels(files, kind) {
  const fitting = (file) => kind ?? (file.type.startsWith("image/") ? "photo" : "document");
  return Object.entries(MOST).flatMap(([each, most]) => {
    const left = files.filter((file) => fitting(file) === each);
    const groups = [];
    while (left.length) groups.push([each, left.splice(0, most)]);
    return groups;
  });
}

// The bubble that tells how far an upload is.
function waiting(files) {
  const [{ name }] = files;
  const count = files.length;
  const sending = count > 1 ? say("sendingPictures", { count }) : say("sending", { name });
  const bar = element("progress", { max: 1, value: 0 });
  const label = element("label", { className: "bubble" }, sending, bar);
  const node = element("div", { className: "message mine pending" }, label);
  return { node, progress: (share) => (bar.value = share) };
}

// Tells whether the message arrived; if not, what it replies to is still to be replied to.
export async function send(fields, files = []) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  for (const file of files) body.append("file", file);
  const original = takeReply();
  if (original) body.append("reply_to", original.message_id);
  const { node, progress } = files.length ? waiting(files) : {};
  if (node) show(node, true);
  try {
    await upload(`${chat}/messages`, body, progress ?? (() => {}));
    return true;
  } catch (error) {
    complain(error);
    if (original) replyTo(original);
    return false;
  } finally {
    node?.remove();
  }
}

// Empties the text box into `deliver`; what did not arrive comes back, before what was typed since.
async function hand(deliver) {
  const written = text.value;
  text.value = "";
  const arrived = await deliver(written);
  if (!arrived) text.value = [written, text.value].filter(Boolean).join("\n");
  return arrived;
}

function sendText() {
  return text.value.trim() ? hand((written) => send({ text: written })) : text.focus();
}

// The text is the caption of the first file.
function sendFiles(files, kind) {
  return hand(async (caption) => {
    const arrived = [];
    for (const [fits, group] of parcels([...files], kind)) {
      const sendable = fits === "photo" ? await Promise.all(group.map(shrunk)) : group;
      arrived.push(await send({ kind: fits, caption: arrived.length ? "" : caption }, sendable));
    }
    return arrived[0];
  });
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
for (const button of document.querySelectorAll("[data-input]")) {
  button.addEventListener("click", () => {
    document.getElementById("attach").hidePopover();
    document.getElementById(button.dataset.input).click();
  });
}
for (const [id, kind] of [["photo", "photo"], ["camera", "photo"], ["file", "document"]]) {
  onId(id, "change", async ({ target }) => {
    await sendFiles(target.files, kind);
    target.value = ""; // so that the same file can be chosen again
  });
}
onId("try", "click", async () => {
  const sample = await fetch("/sample.jpg");
  await send({ kind: "photo" }, [new File([await sample.blob()], "sample.jpg")]);
});
whenDrawn((file) => sendFiles([file], "photo"));
document.addEventListener("paste", ({ clipboardData: { files } }) => files.length && sendFiles(files));
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dragging");
});
for (const type of ["dragleave", "drop"]) {
  document.addEventListener(type, () => document.body.classList.remove("dragging"));
}
document.addEventListener("drop", (event) => {
  const { files } = event.dataTransfer;
  if (!files.length) return;
  event.preventDefault();
  sendFiles(files);
});
