/* What every page can do. Before it is printed, its address and the time are filled in.
   Keys: / goes to the search box, j and k to the next and the previous result, Enter opens it, and ? lists the keys.
   In another layout than a Latin one, the keys at the same places count. The reader can turn them off. */
"use strict";

(() => {
  const line = document.querySelector("[data-printed]");
  window.addEventListener("beforeprint", () => {
    const moment = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { dateStyle: "long", timeStyle: "short" });
    const place = line.dataset.address ? new URL(line.dataset.address, location.href).href : location.href;
    const values = { address: decodeURI(place), date: moment.format(new Date()) };
    line.textContent = line.dataset.printed.replace(/\{(\w+)\}/g, (field, name) => `\u2068${values[name]}\u2069`);
  });
})();

(() => {
  const STORED = "keys";
  const CODES = { Slash: "/", KeyJ: "j", KeyK: "k" };
  const dialog = document.getElementById("keys");
  const choice = document.getElementById("keys-on");
  if (!dialog || !dialog.showModal) return;

  /* Storage can be forbidden; the keys then work until the page is left. */
  function stored() {
    try { return localStorage.getItem(STORED); } catch (error) { return null; }
  }
  function store(value) {
    try { localStorage.setItem(STORED, value); } catch (error) { /* see above */ }
  }

  function pressed(event) {
    if (event.key === "؟") return "?";
    if (/^[!-~]$/.test(event.key)) return event.key.toLowerCase();
    const sign = CODES[event.code];
    return sign === "/" && event.shiftKey ? "?" : sign;
  }

  const isTyping = (target) =>
    target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])");

  function move(step) {
    const results = Array.from(document.querySelectorAll(".hits h2 a, .concordance .match a"));
    if (!results.length) return;
    const here = document.activeElement;
    // From anywhere else on the page, the first one after it in reading order, or before it.
    const after = results.findIndex((link) => here.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING);
    const at = results.indexOf(here);
    const elsewhere = here === document.body ? 0 : step > 0 ? after : (after < 0 ? results.length : after) - 1;
    const next = results[at < 0 ? elsewhere : at + step];
    if (!next) return;
    next.focus();
    next.closest("li, tr").scrollIntoView({ block: "nearest" });
  }

  function show() {
    dialog.showModal();
    dialog.querySelector("form button").focus();
  }

  function act(key) {
    const box = document.getElementById("q");
    if (key === "/" && box) {
      box.focus();
      box.select();
    } else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else if (key === "?") show();
    else return false;
    return true;
  }

  choice.checked = stored() !== "off";
  choice.addEventListener("change", () => store(choice.checked ? "on" : "off"));

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!choice.checked || dialog.open || isTyping(event.target)) return;
    if (act(pressed(event))) event.preventDefault();
  });

  for (const opener of document.querySelectorAll("[data-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", show);
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
})();

// The zone of this device, among those that can be chosen on the page of preferences.
(() => {
  const zones = document.querySelector("select[data-here]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (!zones || !here.includes("/")) return;
  let option = [...zones.options].find((one) => one.value === here);
  const label = zones.dataset.here.replace("{zone}", option ? option.text.trim() : here);
  if (!option) option = new Option(label, here);
  option.text = label;
  zones.options[0].after(option);
})();
