// The wall turns its slides, and takes newer content in their place without a blink: the page is fetched, and only what is shown is exchanged.
// Left and right turn, space holds. Without script all slides stand below one another.
"use strict";

(() => {
  const PULSE_MS = 10_000;
  const OLD_MS = 60_000; // content is fetched anew after this time even when no event came: limits and days pass by themselves
  const main = document.querySelector("main[data-wall]");
  const lost = document.querySelector(".wall-lost");
  const dots = document.querySelector(".dots");
  const stay = Number(main.dataset.wall) * 1000;
  let at = 0;
  let held = false;
  let pulse = null;
  let fetched = Date.now();
  let timer = null;

  const slides = () => [...main.querySelectorAll(".slide")];

  function show(turned) {
    const all = slides();
    at = (at + all.length) % all.length;
    all.forEach((slide, place) => {
      slide.hidden = place !== at;
      slide.classList.toggle("turning", turned && place === at);
    });
    dots.replaceChildren(...all.map((_, place) => Object.assign(document.createElement("li"), { className: place === at ? "on" : "" })));
  }

  function turn(by) {
    at += by;
    show(true);
    clearInterval(timer);
    timer = setInterval(() => held || turn(1), stay);
  }

  async function exchange() {
    const answer = await fetch(location.href, { cache: "reload" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.querySelector("main[data-wall]");
    if (!newer) throw new Error("not the wall");
    main.replaceChildren(...newer.childNodes);
    for (const part of [".wall-now", ".behind"]) document.querySelector(part).replaceWith(page.querySelector(part));
    fetched = Date.now();
    show(false);
  }

  async function listen() {
    try {
      const answer = await fetch(main.dataset.pulse);
      if (!answer.ok) throw new Error(answer.status);
      const { pulse: heard } = await answer.json();
      const behind = document.querySelector(".behind:not([hidden])") !== null;
      if (behind || (pulse !== null && heard !== pulse) || Date.now() - fetched > OLD_MS) await exchange();
      pulse = heard;
      lost.hidden = true;
    } catch {
      lost.hidden = false; // what is shown stays; the next beat tries again
    }
  }

  addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    else if (event.key === "ArrowLeft") turn(-1);
    else if (event.key === " ") held = !held;
    else return;
    event.preventDefault();
  });
  turn(0);
  listen();
  setInterval(listen, PULSE_MS);
})();
