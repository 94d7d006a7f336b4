// Keeps a page of the desk as it is elsewhere: when the stream says that something happened, what is in #live is
// asked for anew. Where the stream cannot be had, it is asked for every half minute.
"use strict";

(() => {
	const quiet = 120, poll = 30000; // ms: one act makes several events; a fallback asks twice a minute
	const types = [
		"hold.placed", "hold.released", "booking.requested", "booking.confirmed", "booking.declined", "booking.moved", "booking.cancelled",
		"booking.attendance_confirmed", "booking.checked_in", "booking.completed", "booking.imported", "booking.no_show", "booking.refixed", "booking.expired",
		"client.created", "client.updated", "client.erased", "time_off.added", "time_off.removed", "settings.changed", "message.sent",
		"message.failed",
	];

	// say shows, where the page has a place for it, whether it is live.
	function say(kind) {
		const place = document.getElementById("live-state");
		if (!place || place.dataset.state === kind) return;
		place.dataset.state = kind;
		place.textContent = place.dataset[kind];
		place.hidden = false;
	}

	// follow calls back, soon after something happened. calendar.js uses it too.
	window.keptFollow = (url, changed) => {
		let timer = 0, polling = 0;
		const soon = () => {
			clearTimeout(timer);
			timer = setTimeout(changed, quiet);
		};
		const fallback = () => { if (!polling) polling = setInterval(() => { if (!document.hidden) changed(); }, poll); };
		if (!url || !window.EventSource) { fallback(); return; }
		let source, lost = false;
		const listen = () => {
			source = new EventSource(url);
			source.onmessage = soon;
			for (const type of types) source.addEventListener(type, soon);
			source.onopen = () => {
				clearInterval(polling);
				polling = 0;
				say("live");
				if (lost) soon(); // what happened meanwhile was missed
				lost = false;
			};
			source.onerror = () => {
				lost = true;
				say("lost");
				fallback();
				// The browser tries again by itself, unless it was refused.
				if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
			};
		};
		listen();
		addEventListener("pagehide", () => source.close());
		addEventListener("pageshow", (shown) => { if (shown.persisted) listen(); });
	};

	document.addEventListener("DOMContentLoaded", () => {
		const main = document.querySelector("main[data-stream]"), live = document.getElementById("live");
		if (!main || !live || !window.htmx) return;
		window.keptFollow(main.dataset.stream, () => {
			// Whoever is typing or deciding is not disturbed.
			const now = document.getElementById("live");
			if (!now || now.querySelector("details[open]") || now.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
			window.htmx.ajax("GET", location.href, {target: "#live", select: "#live", swap: "outerHTML"});
		});
	});
})();
