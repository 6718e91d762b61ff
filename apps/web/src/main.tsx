import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './query-client';
import { router } from './router';
import { startWithNothingOfOthers } from './session/other-account';
import './styles/tokens.css';
import './styles/base.css';
import './styles/ui.css';
import './styles/overlay.css';
import './styles/shell.css';
import './styles/library.css';
import './styles/asset.css';
import './styles/admin.css';
import './styles/feed.css';
import './styles/people.css';
import { Toasts } from './ui/toasts';

// Radix adds styles of its own while a dialog is open; the page's policy asks for this answer's nonce.
const nonce = document.querySelector<HTMLElement>('script[nonce]')?.nonce;
if (nonce) setNonce(nonce);

startWithNothingOfOthers();

const place = document.getElementById('app');
if (!place) throw new Error('index.html has no #app');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);
