import { useState } from "preact/hooks";
import { LANGUAGES, type Language, speak, strings } from "./strings";

/** The language that somebody chose here before, or else the first that the browser asks for and the page speaks. */
export function languageFor(chosen: string | null, wanted: readonly string[]): Language {
  const known = [chosen ?? "", ...wanted].map((tag) => tag.toLowerCase().split("-")[0] ?? "");

  return known.find(isLanguage) ?? "en";
}

/** Has the page speak the reader's language; English, should the box not give the other. */
export async function begin(): Promise<Language> {
  const language = languageFor(kept(), navigator.languages);
  try {
    await speak(language);
  } catch {
    return "en";
  }
  label(language);

  return language;
}

/** The language of the page, and a way to change it for good. */
export function useLanguage(first: Language): [Language, (language: Language) => Promise<void>] {
  const [language, setLanguage] = useState(first);
  const change = async (language: Language) => {
    await speak(language);
    label(language);
    keep(language);
    setLanguage(language);
  };

  return [language, change];
}

/** Says to the browser, and to who reads aloud, what the page speaks. */
function label(language: Language) {
  document.documentElement.lang = language;
  document.documentElement.dir = strings.direction;
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

// A browser may keep nothing, and then says so by an error.

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(language: Language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It is chosen until the page is closed.
  }
}

const KEY = "language";
