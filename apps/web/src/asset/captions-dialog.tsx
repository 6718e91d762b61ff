import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { ApiProblem } from '../api/problem';
import { Field } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { textOf } from '../ui/form-values';
import { say } from '../ui/toasts';
import { words } from '../words/words';

const FIELDS = ['language', 'label', 'text'] as const;

/** Takes a WebVTT or SubRip file for one language; what was there in it is replaced. */
export function CaptionsDialog({ assetId: id, onClose }: { assetId: string; onClose: () => void }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (form: FormData) => {
      const file = form.get('file');
      const body = {
        language: textOf(form, 'language') ?? '',
        label: textOf(form, 'label') ?? '',
        text: file instanceof File ? await file.text() : '',
      };
      return ask(api.POST('/assets/{id}/captions', { params: { path: { id }, header: {} }, body }));
    },
    onSuccess: ({ label }) => {
      say(words.captions.added(label));
      onClose();
      return queryClient.invalidateQueries({ queryKey: ['assets', 'one', id] });
    },
  });
  const ofField = (name: string): string | undefined => (error instanceof ApiProblem ? error.ofField(name) : undefined);
  const isElsewhere = FIELDS.every((name) => ofField(name) === undefined);
  return (
    <FormDialog
      title={words.captions.add}
      description={words.captions.hint}
      submit={words.captions.add}
      error={isElsewhere ? error : null}
      onSubmit={mutate}
      {...{ isPending, onClose }}
    >
      <div className="pair">
        <Field
          label={words.captions.language}
          name="language"
          placeholder={words.captions.languageExample}
          maxLength={35}
          error={ofField('language')}
          required
        />
        <Field
          label={words.captions.label}
          name="label"
          placeholder={words.captions.labelExample}
          maxLength={100}
          error={ofField('label')}
          required
        />
      </div>
      <Field
        label={words.captions.file}
        name="file"
        type="file"
        accept=".vtt,.srt,text/vtt"
        error={ofField('text')}
        required
      />
    </FormDialog>
  );
}
