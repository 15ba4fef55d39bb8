/* Buttons that copy: the text of their attribute data-copy, the address in data-copy-link, or the elements named in
   data-copy-from, with what the element in data-copy-end copies after them. And one that prints.
   All of them are hidden where this script doesn't run. */
"use strict";

(() => {
  const SHOWN = 2000;

  /* Where there is no clipboard, as on pages without https. */
  function copySelected(text) {
    const box = document.createElement("textarea");
    box.value = text;
    box.readOnly = true;
    box.className = "quiet";
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    return copied;
  }

  async function copy(text) {
    if (!navigator.clipboard) return copySelected(text);
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      return copySelected(text);
    }
  }

  /* The text of an element, with an empty line between its paragraphs. */
  function textOf(id) {
    const element = document.getElementById(id);
    const blocks = element && element.children.length && element.id === "text" ? Array.from(element.children) : [element];
    return blocks.map((block) => block.textContent.trim()).join("\n\n");
  }

  function wanted(button) {
    const data = button.dataset;
    if (data.copyLink) return new URL(data.copyLink, location.href).href;
    if (!data.copyFrom) return data.copy;
    return [...data.copyFrom.split(" ").map(textOf), document.getElementById(data.copyEnd).dataset.copy].join("\n\n");
  }

  for (const button of document.querySelectorAll("button[data-copy], button[data-copy-link], button[data-copy-from]")) {
    const label = button.textContent;
    let shown = 0;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const copied = await copy(wanted(button));
      button.focus();
      button.textContent = copied ? button.dataset.copied : button.dataset.failed;
      clearTimeout(shown);
      shown = setTimeout(() => { button.textContent = label; }, SHOWN);
    });
  }

  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
