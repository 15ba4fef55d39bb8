/* Buttons that copy the text of their attribute data-copy. They are hidden where this script doesn't run. */
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

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.textContent;
    let shown = 0;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const copied = await copy(button.dataset.copy);
      button.focus();
      button.textContent = copied ? button.dataset.copied : button.dataset.failed;
      clearTimeout(shown);
      shown = setTimeout(() => { button.textContent = label; }, SHOWN);
    });
  }
})();
