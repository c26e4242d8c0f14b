import { render } from "preact";
import { App } from "./app";
import { begin } from "./language";
import "./style.css";

const root = document.getElementById("app");
if (root) {
  begin().then((language) => {
    root.textContent = "";
    render(<App language={language} />, root);
  });
}
