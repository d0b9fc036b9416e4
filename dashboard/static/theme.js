// Runs before the first paint, so that a chosen theme does not flash.
"use strict";
try {
  const theme = localStorage.getItem("orgheat-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* no storage: the system's theme */ }
document.documentElement.classList.add("js");
