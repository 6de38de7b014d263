/**
 * A form with `data-confirm="#id"` asks first: the dialog of that id is opened, and the form is sent when its button
 * with the value `yes` is pressed. Without this script the form is sent at once.
 */

/** Watch every such form, also those that come later. */
export function watchConfirmations(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const dialog = form.dataset.confirm ? document.querySelector<HTMLDialogElement>(form.dataset.confirm) : null;
    if (!dialog || form.dataset.confirmed) {
      delete form.dataset.confirmed;
      return;
    }
    event.preventDefault();
    const submitter = (event as SubmitEvent).submitter;
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue === "yes") {
          form.dataset.confirmed = "yes";
          form.requestSubmit(submitter instanceof HTMLElement ? submitter : undefined);
        }
      },
      { once: true },
    );
    dialog.showModal();
  });
}
