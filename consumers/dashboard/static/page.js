// What a page does besides being read: submit a choice at once, and print. Newer numbers are brought by live.js.
"use strict";

(() => {
  // Shows what needs a script, and hides what only those without one need (page.css).
  document.documentElement.classList.add("scripted");

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-print]")) print();
  });
})();
