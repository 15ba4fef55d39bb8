/* Suggestions under the search box, following the combobox pattern of the WAI-ARIA authoring practices.
   The form also works without this script. */
"use strict";

(() => {
  const box = document.querySelector("input[data-suggest]");
  if (!box) return;
  const PAUSE = 120;
  const form = box.form;
  const list = document.createElement("div");
  let pause = 0;
  let asking = null;
  let typed = box.value;
  let active = -1;

  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.suggestions);
  form.append(list);
  // A search box that is a combobox is still found by its label.
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const options = () => Array.from(list.querySelectorAll("[role=option]"));

  function stopAsking() {
    clearTimeout(pause);
    if (asking) asking.abort();
    asking = null;
  }

  function close() {
    stopAsking();
    list.hidden = true;
    list.replaceChildren();
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function addOption(text, href) {
    const option = document.createElement("div");
    option.id = "suggestion-" + list.childElementCount;
    option.dir = "auto";
    option.textContent = text;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    if (href) option.dataset.href = href;
    list.append(option);
  }

  function show(found) {
    list.replaceChildren();
    active = -1;
    box.removeAttribute("aria-activedescendant");
    for (const words of found.words) addOption(words);
    if (found.titles.length) {
      const heading = document.createElement("div");
      heading.setAttribute("role", "presentation");
      heading.textContent = box.dataset.titles;
      list.append(heading);
      for (const title of found.titles) addOption(title.title, title.page_url);
    }
    list.hidden = !options().length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function ask() {
    stopAsking();
    const text = box.value;
    if (!text.trim()) return close();
    const address = new URL(box.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    asking = new AbortController();
    const mine = asking;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      const found = answer.ok ? await answer.json() : { words: [], titles: [] };
      if (mine === asking && box.value === text && document.activeElement === box) show(found);
    } catch (error) {
      // Superseded by the next letter, or the server is unreachable, which the search itself will report.
      if (mine === asking) close();
    }
  }

  function move(step) {
    const all = options();
    if (active >= 0) all[active].setAttribute("aria-selected", "false");
    // One more position than options: the typed text.
    active = ((active + 1 + step + all.length + 1) % (all.length + 1)) - 1;
    const chosen = all[active];
    box.value = chosen && !chosen.dataset.href ? chosen.textContent : typed;
    if (!chosen) return box.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", chosen.id);
  }

  function choose(option) {
    if (option.dataset.href) {
      box.value = typed;
      location.assign(option.dataset.href);
    } else {
      box.value = option.textContent;
      form.requestSubmit();
    }
    close();
  }

  box.addEventListener("input", () => {
    typed = box.value;
    stopAsking();
    pause = setTimeout(ask, PAUSE);
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options()[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.value = typed;
      close();
    }
  });

  box.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
})();
