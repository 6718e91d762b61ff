import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, ask } from '../../api/client';
import { IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { FormDialog } from '../../ui/form-dialog';
import { textOf } from '../../ui/form-values';
import { useChange } from '../../ui/use-change';
import { words } from '../../words/words';
import { POSTS, refreshPosts, TEXT_LONGEST, type Post } from '../queries';

/** What its author can do with a post: change it for a while, and delete it. */
export function PostActions({ post }: { post: Post }) {
  const [asks, setAsks] = useState<'edit' | 'delete'>();
  const close = (): void => setAsks(undefined);
  const { id, editableUntil } = post;
  const remove = useChange(
    () => ask(api.DELETE('/posts/{id}', { params: { path: { id } } })),
    POSTS,
    words.feed.deleted,
  );
  const isEditable = editableUntil !== null && new Date(editableUntil).getTime() > Date.now();
  return (
    <div className="row">
      {isEditable && <IconButton small icon="edit" label={words.feed.edit} onClick={() => setAsks('edit')} />}
      <IconButton small icon="trash" label={words.feed.delete} onClick={() => setAsks('delete')} />
      {asks === 'edit' && <EditDialog post={post} onClose={close} />}
      {asks === 'delete' && (
        <ConfirmDialog
          title={words.feed.deleteAsk}
          hint={words.feed.deleteHint}
          act={words.common.delete}
          isPending={remove.isPending}
          onConfirm={() => remove.mutate(undefined, { onError: close })}
          onClose={close}
        />
      )}
    </div>
  );
}

function EditDialog({ post: { id, text }, onClose }: { post: Post; onClose: () => void }) {
  const field = useId();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (form: FormData) =>
      ask(api.PATCH('/posts/{id}', { params: { path: { id } }, body: { text: textOf(form, 'text') ?? '' } })),
    onSuccess: () => {
      onClose();
      return refreshPosts(queryClient);
    },
  });
  return (
    <FormDialog title={words.feed.edit} {...{ isPending, error, onSubmit: mutate, onClose }}>
      <div className="field">
        <label htmlFor={field}>{words.feed.text}</label>
        <textarea id={field} name="text" className="input" defaultValue={text} maxLength={2 * TEXT_LONGEST} />
      </div>
    </FormDialog>
  );
}
