// Passkeys: makes one, or signs in with one. A form marked data-passkey="create" or "get" is given its question by the
// address in data-options, asks the device, and is sent with the answer in its field "answer". Where the browser has no
// passkeys, the form stays hidden and the page's other ways in are all there is.
"use strict";

(() => {
	const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;

	async function ask(form) {
		const asked = await fetch(form.dataset.options, {method: "POST", headers: {"Accept": "application/json"}, credentials: "same-origin"});
		if (!asked.ok) throw new Error(String(asked.status));
		const question = await asked.json();
		form.elements.state.value = question.state;
		const key = form.dataset.passkey === "create"
			? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question.options)})
			: await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question.options)});
		form.elements.answer.value = JSON.stringify(key.toJSON());
	}

	for (const form of document.querySelectorAll("form[data-passkey]")) {
		if (!able) continue;
		form.hidden = false;
		form.addEventListener("submit", async (event) => {
			if (form.elements.answer.value) return;
			event.preventDefault();
			event.stopPropagation(); // it is not sent yet: see data-once
			const told = form.querySelector("[data-told]");
			try {
				if (told) told.hidden = true;
				await ask(form);
				form.requestSubmit();
			} catch {
				form.elements.answer.value = "";
				if (told) told.hidden = false;
			}
		});
	}
})();
