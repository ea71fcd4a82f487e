// An extension that Jupyter loads as it is: nothing is built. Its one act: no shortcut is looked for in a slider's keys.

(window._JUPYTERLAB ||= {})["conslaw-nb"] = {
  init() {},
  get: async () => () => ({
    __esModule: true,
    default: {
      id: "conslaw-nb:keys",
      autoStart: true,
      activate() {
        addEventListener("focusin", ({ target }) => {
          if (target.matches?.(".noUi-handle, input[type=range]")) target.dataset.lmSuppressShortcuts = "true";
        });
      },
    },
  }),
};
