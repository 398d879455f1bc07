// Copy buttons appear where the browser can copy; without this file the address is selected by hand.
for (const address of document.querySelectorAll(".address")) {
  const [field, button] = address.children;
  field.addEventListener("focus", () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}
