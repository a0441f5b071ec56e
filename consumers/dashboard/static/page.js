// What a page does besides being read: submit a choice at once, print, and say when newer numbers are there.
"use strict";

(() => {
  const PULSE_MS = 10_000;

  document.querySelectorAll("select[data-submit]").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
    const button = select.form.querySelector("button[type=submit]");
    if (button) button.classList.add("away");
  });

  document.querySelectorAll("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });

  // Data tables of the charts are closed on the screen and left out of print; definitions are printed, so open them for it.
  addEventListener("beforeprint", () => document.querySelectorAll("details.definitions").forEach((one) => (one.open = true)));

  const main = document.querySelector("main[data-pulse]");
  if (!main) return;
  const fresh = main.querySelector(".fresh");
  fresh.querySelector("a").href = location.href;
  let first = null;

  async function listen() {
    if (document.hidden) return;
    try {
      const answer = await fetch(main.dataset.pulse);
      if (!answer.ok) return;
      const { pulse } = await answer.json();
      first ??= pulse;
      fresh.hidden = pulse === first;
    } catch {
      // The server is away for a moment; the next beat tries again.
    }
  }

  listen();
  setInterval(listen, PULSE_MS);
})();
