// Newer numbers come into the page in place: scroll, focus, open details and half-typed fields stay as the reader has them.
// The pulse of the district is asked for; when it moved, the page is fetched again, its main part and its foot are compared with those shown,
// element by element, and only what differs is touched. A page that says that it is behind is fetched again at once. Works for every page as it is.
"use strict";

(() => {
  const PULSE_MS = 10_000;
  const MARKED_MS = 4_000;
  const TEXT = 3;
  const ELEMENT = 1;

  const main = document.querySelector("main[data-pulse]");
  if (!main) return;
  const told = main.querySelector(".live");
  const clock = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  let known = null;
  let misses = 0;
  let upTo = clock();

  // Said again only when the words change, so that a screen reader is told once a minute at most.
  function say(what) {
    const words = told.dataset[what].replace("{time}", upTo);
    told.classList.toggle("lost", what === "lost");
    told.hidden = false;
    if (told.textContent !== words) told.textContent = words;
  }

  const name = (node) => (node.nodeType === ELEMENT ? [node.tagName, node.id, node.dataset.indicator, node.dataset.office, node.dataset.authority].join() : "");
  const alike = (one, other) => one.nodeType === other.nodeType && name(one) === name(other);

  function become(shown, fresh) {
    if (shown.nodeType === TEXT && shown.data !== fresh.data) {
      shown.data = fresh.data;
      mark(shown.parentElement);
    }
    if (shown.nodeType !== ELEMENT || shown === told || (shown.matches("form") && shown.contains(document.activeElement))) return;
    attributes(shown, fresh);
    if (!shown.matches("[data-chart]")) children(shown, fresh);
  }

  // Whether details are open is the reader's affair, not the server's.
  function attributes(shown, fresh) {
    for (const one of [...shown.attributes]) if (one.name !== "open" && !fresh.hasAttribute(one.name)) shown.removeAttribute(one.name);
    for (const one of fresh.attributes) if (one.name !== "open" && shown.getAttribute(one.name) !== one.value) shown.setAttribute(one.name, one.value);
  }

  // What was there goes to its new place and changes there; what was not is put in; what is left over goes.
  function children(shown, fresh) {
    let at = shown.firstChild;
    for (const next of fresh.childNodes) {
      let match = at;
      while (match && !alike(match, next)) match = match.nextSibling;
      if (!match) {
        shown.insertBefore(document.importNode(next, true), at);
        continue;
      }
      if (match.contains(document.activeElement)) {
        // An element that is moved loses the focus, so the others are moved past it.
        while (at !== match) {
          const passed = at;
          at = at.nextSibling;
          shown.insertBefore(passed, match.nextSibling);
        }
      }
      if (match === at) at = at.nextSibling;
      else shown.insertBefore(match, at);
      become(match, next);
    }
    while (at) {
      const left = at;
      at = at.nextSibling;
      left.remove();
    }
  }

  function mark(element) {
    const number = element.closest("td, .big, dd");
    if (!number) return;
    number.classList.add("moved");
    setTimeout(() => number.classList.remove("moved"), MARKED_MS);
  }

  async function ask(address, how) {
    const answer = await fetch(address, how);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer;
  }

  async function renew() {
    const fresh = new DOMParser().parseFromString(await (await ask(location.href, { cache: "reload" })).text(), "text/html");
    for (const part of ["main", "footer.trust"]) become(document.querySelector(part), fresh.querySelector(part));
    document.dispatchEvent(new Event("renewed"));
  }

  async function listen() {
    if (document.hidden) return;
    try {
      const { pulse } = await (await ask(main.dataset.pulse)).json();
      const moved = (known !== null && pulse !== known) || main.querySelector(".behind:not([hidden])") !== null;
      if (moved) await renew();
      upTo = clock();
      if (moved || misses > 1) say("renewed");
      [known, misses] = [pulse, 0];
    } catch {
      // One beat may fail while a process restarts; from the second on the reader is told.
      misses += 1;
      if (misses > 1) say("lost");
    }
  }

  listen();
  setInterval(listen, PULSE_MS);
  document.addEventListener("visibilitychange", listen);
})();
