// Small enhancements; every page works without them.
"use strict";

document.documentElement.classList.add("has-script");

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const isOpen = document.getElementById(opener.dataset.opens).classList.toggle("is-open");
    opener.setAttribute("aria-expanded", String(isOpen));
    return;
  }
  for (const menu of document.querySelectorAll("details.account[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const asker = event.target.closest("button[data-confirm]");
  if (asker) askFirst(asker, event);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.account[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second click within the same page must not send a form twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.isSent) event.preventDefault();
  else form.dataset.isSent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-is-sent]")) delete form.dataset.isSent;
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-takes-focus]")?.focus();
  // A table wider than the page is scrolled by keyboard too.
  for (const region of document.querySelectorAll(".table-responsive")) {
    if (region.scrollWidth <= region.clientWidth) continue;
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", region.querySelector("caption")?.textContent.trim() ?? "表格");
  }
});

function askFirst(button, event) {
  const dialog = document.getElementById("confirm");
  event.preventDefault();
  document.getElementById("confirm-question").textContent = button.dataset.confirm;
  dialog.returnValue = "no";
  dialog.onclose = () => {
    // requestSubmit fires no click, so the question is not asked again.
    if (dialog.returnValue === "yes") button.form.requestSubmit(button);
    else button.focus();
  };
  dialog.showModal();
}
