import { useState } from 'react';
import { browserStorage } from '../api/browser-storage';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'theme';

const read = (): Theme => {
  const kept = browserStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
};

/** The page's colours: as the system has them, unless somebody chose. index.html applies the choice before the first paint. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(read);
  const choose = (chosen: Theme): void => {
    setTheme(chosen);
    if (chosen === 'system') {
      browserStorage.removeItem(KEY);
      delete document.documentElement.dataset.theme;
    } else {
      browserStorage.setItem(KEY, chosen);
      document.documentElement.dataset.theme = chosen;
    }
  };
  return [theme, choose];
}
