// The requests that the page makes.

import { say } from "/words.js";

// Each tab is a user of its own; a reload keeps the user, so the conversation comes back.
sessionStorage.user ??= 1 + (crypto.getRandomValues(new Uint32Array(1))[0] % (2 ** 31 - 1));
export const { user } = sessionStorage;
export const chat = `/chat/${user}`;

export async function call(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error(say("lost"));
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

// XMLHttpRequest, since fetch does not tell how far an upload is.
export function upload(path, body, progress) {
  return new Promise((resolve, reject) => {
    const request = Object.assign(new XMLHttpRequest(), { responseType: "json" });
    request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else reject(new Error(request.response?.error ?? say("sandboxFailed")));
    };
    request.onerror = () => {
      reject(new Error(say("notSent")));
    };
    request.open("POST", path);
    request.send(body);
  });
}
