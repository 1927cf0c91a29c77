// The tools, resources and prompts that the conformance suite's server scenarios call by name, once for both revisions: what a
// tool needs from the client it asks through `ask`, whichever way the revision has for it.
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const SOUND = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const text = (words) => ({ content: [{ type: 'text', text: words }] });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const form = (message, properties, required = Object.keys(properties)) => ({ method: 'elicitation/create', params: { message, requestedSchema: { type: 'object', properties, required } } });
const sample = (prompt) => ({ method: 'sampling/createMessage', params: { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 } });
const roots = () => ({ method: 'roots/list', params: {} });
const shown = (answer) => `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;
const string = { type: 'string' };

async function tellInSteps(say) {
  for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await say(words);
    await pause(50);
  }
}

// ask({key: request, …}) resolves to {key: result, …}. `modern`: only listed by the 2026-07-28 server.
export const TOOLS = {
  test_simple_text: { run: () => text('This is a simple text response for testing.') },
  test_image_content: { run: () => ({ content: [{ type: 'image', data: PIXEL, mimeType: 'image/png' }] }) },
  test_audio_content: { run: () => ({ content: [{ type: 'audio', data: SOUND, mimeType: 'audio/wav' }] }) },
  test_embedded_resource: { run: () => ({ content: [{ type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' } }] }) },
  test_multiple_content_types: {
    run: () => ({ content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'resource', resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' } },
    ] }),
  },
  test_tool_with_logging: { run: async ({ log }) => { await tellInSteps((words) => log('info', words)); return text('Tool with logging executed successfully'); } },
  test_tool_with_progress: {
    run: async ({ progress, token }) => {
      for (const done of [0, 50, 100]) {
        await progress(done, 100, `Completed step ${done} of 100`);
        await pause(50);
      }
      return text(String(token));
    },
  },
  test_error_handling: { run: () => ({ ...text('This tool intentionally returns an error for testing'), isError: true }) },
  test_reconnection: { run: async ({ breakOff }) => { breakOff?.(); await pause(100); return text('Reconnection test completed successfully'); } },
  test_sampling: { input: { prompt: string }, run: async ({ args, ask }) => text(`LLM response: ${(await ask({ answer: sample(args.prompt) })).answer.content?.text}`) },
  test_elicitation: { input: { message: string }, run: async ({ args, ask }) => text(`User response: ${shown((await ask({ answer: form(args.message, { response: string }) })).answer)}`) },
  test_elicitation_sep1034_defaults: {
    run: async ({ ask }) => {
      const { answer } = await ask({ answer: form('Please review the defaults', {
        name: { type: 'string', default: 'John Doe' }, age: { type: 'integer', default: 30 }, score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' }, verified: { type: 'boolean', default: true },
      }, []) });
      return text(`Elicitation completed: ${shown(answer)}`);
    },
  },
  test_elicitation_sep1330_enums: {
    run: async ({ ask }) => {
      const options = ['option1', 'option2', 'option3'];
      const titled = (words) => ['value1', 'value2', 'value3'].map((value, i) => ({ const: value, title: `${['First', 'Second', 'Third'][i]} ${words}` }));
      const { answer } = await ask({ answer: form('Please select options', {
        untitledSingle: { type: 'string', enum: options },
        titledSingle: { type: 'string', oneOf: titled('Option') },
        legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
        untitledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string', enum: options } },
        titledMulti: { type: 'array', minItems: 1, maxItems: 3, items: { anyOf: titled('Choice') } },
      }, []) });
      return text(`Elicitation completed: ${shown(answer)}`);
    },
  },
  json_schema_2020_12_tool: {
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object',
      $defs: { address: { $anchor: 'addressDef', type: 'object', properties: { street: string, city: string } } },
      properties: { name: string, address: { $ref: '#/$defs/address' }, contactMethod: { type: 'string', enum: ['phone', 'email'] }, phone: string, email: string },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] }, then: { required: ['phone'] }, else: { required: ['email'] },
      additionalProperties: false,
    },
    run: ({ args }) => text(`called with ${JSON.stringify(args)}`),
  },
  test_missing_capability: { modern: true, needs: ['sampling'], run: () => text('Success') },
  test_streaming_elicitation: { modern: true, run: async ({ progress }) => { await progress(50, 100, 'half'); return text('Streaming complete'); } },
  test_logging_tool: { modern: true, run: async ({ log }) => { await log('info', 'Diagnostic trace logging activated'); return text('Logging evaluated'); } },
  test_mirrored_region: {
    modern: true, schema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' }, query: string }, required: ['region'] },
    run: ({ args }) => text(`in ${args.region}`),
  },
  test_trigger_tool_change: { modern: true, run: ({ changed }) => { changed('tools'); return text('Mutation triggered'); } },
  test_trigger_prompt_change: { modern: true, run: ({ changed }) => { changed('prompts'); return text('Mutation triggered'); } },
  test_input_required_result_elicitation: { modern: true, run: async ({ ask }) => text(`Hello, ${(await ask({ user_name: form('What is your name?', { name: string }) })).user_name.content?.name}!`) },
  test_input_required_result_sampling: { modern: true, run: async ({ ask }) => text(`Sampling result: ${(await ask({ sample_request: sample('What is the capital of France?') })).sample_request.content?.text}`) },
  test_roots: { run: async ({ ask }) => text(`Roots: ${(await ask({ roots: roots() })).roots.roots.map(({ uri }) => uri)}`) },
  test_input_required_result_list_roots: { modern: true, run: async ({ ask }) => text(`Found ${(await ask({ roots_request: roots() })).roots_request.roots.length} root(s)`) },
  test_input_required_result_request_state: { modern: true, run: async ({ ask }) => { await ask({ confirm: form('Please confirm', { ok: { type: 'boolean' } }) }); return text('state-ok: requestState validated'); } },
  test_input_required_result_tampered_state: { modern: true, run: async ({ ask }) => { await ask({ confirm: form('Please confirm', { ok: { type: 'boolean' } }) }); return text('integrity-ok: state verified'); } },
  test_input_required_result_multiple_inputs: {
    modern: true,
    run: async ({ ask }) => {
      const { user_name, greeting, client_roots } = await ask({ user_name: form('What is your name?', { name: string }), greeting: sample('Generate a greeting'), client_roots: roots() });
      return text(`Name: ${user_name.content?.name}; Greeting: ${greeting.content?.text}; Roots: ${client_roots.roots.length}`);
    },
  },
  test_input_required_result_multi_round: {
    modern: true,
    run: async ({ ask }) => {
      const { step1 } = await ask({ step1: form('Step 1: What is your name?', { name: string }) });
      const { step2 } = await ask({ step2: form('Step 2: What is your favorite color?', { color: string }) });
      return text(`Multi-round complete for ${step1.content?.name} who likes ${step2.content?.color}`);
    },
  },
  test_input_required_result_capabilities: {
    modern: true,
    run: async ({ ask, capabilities }) => {
      const wanted = {};
      if (capabilities.elicitation) wanted.elicit_input = form('Elicitation input', { value: string });
      if (capabilities.sampling) wanted.sample_input = sample('Sample request');
      if (Object.keys(wanted).length === 0) return text('No supported capabilities declared');
      return text(`capabilities-ok: received ${Object.keys(await ask(wanted)).join(',')}`);
    },
  },
};

export const inputSchema = (tool) => tool.schema ?? { type: 'object', properties: tool.input ?? {} };

export const RESOURCES = {
  'test://static-text': { name: 'static-text', mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { name: 'static-binary', mimeType: 'image/png', blob: PIXEL },
  'test://watched-resource': { name: 'watched-resource', mimeType: 'text/plain', text: 'Watched resource content' },
};
export const TEMPLATES = [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }];

// The contents of a resource; undefined when there is none.
export function readResource(uri) {
  const known = RESOURCES[uri];
  if (known) {
    const { name, ...contents } = known;
    return { contents: [{ uri, ...contents }] };
  }
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  return id && { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }] };
}

const says = (...content) => ({ messages: content.map((part) => ({ role: 'user', content: part })) });
const words = (value) => ({ type: 'text', text: value });
export const PROMPTS = {
  test_simple_prompt: { run: () => says(words('This is a simple prompt for testing.')) },
  test_prompt_with_arguments: { arguments: ['arg1', 'arg2'], run: ({ args }) => says(words(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)) },
  test_prompt_with_embedded_resource: {
    arguments: ['resourceUri'],
    run: ({ args }) => says({ type: 'resource', resource: { uri: args.resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } }, words('Please process the embedded resource above.')),
  },
  test_prompt_with_image: { run: () => says({ type: 'image', data: PIXEL, mimeType: 'image/png' }, words('Please analyze the image above.')) },
  test_input_required_result_prompt: { modern: true, run: async ({ ask }) => says(words(`Prompt with context: ${(await ask({ user_context: form('What context?', { context: string }) })).user_context.content?.context}`)) },
};
export const listedPrompt = ([name, prompt]) => ({ name, description: name, arguments: (prompt.arguments ?? []).map((argument) => ({ name: argument, required: true })) });
