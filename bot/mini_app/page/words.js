// The page's own words: the server has put them into the page in the person's language.

const { dataset } = document.getElementById("words");

// What the page says under this name, with each value in its place.
export function say(name, values = {}) {
  return dataset[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
}
