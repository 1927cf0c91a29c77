# fish completion for vmcpauth(1). Generated from cli/options.cpp by ./dev generate. Do not edit.

complete -c vmcpauth -f

complete -c vmcpauth -n __fish_use_subcommand -a serve -d 'run the authorization server and the injecting proxy on this machine'
complete -c vmcpauth -n __fish_use_subcommand -a config -d 'print what configuration may be and what it becomes'
complete -c vmcpauth -n __fish_use_subcommand -a version -d 'print the version'
complete -c vmcpauth -n __fish_use_subcommand -a help -d 'explain a command'
complete -c vmcpauth -n __fish_use_subcommand -l version -s V -d 'print the version and exit'
complete -c vmcpauth -n __fish_use_subcommand -l help -s h -d 'print help and exit'

complete -c vmcpauth -n '__fish_seen_subcommand_from config; and not __fish_seen_subcommand_from render schema' -a render -d 'print the configuration that ToolHive\'s operator generates'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and not __fish_seen_subcommand_from render schema' -a schema -d 'print the JSON Schema of a kind of configuration'

complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l server -x -d 'the VirtualMCPServer to run when the files hold several'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l overlay -x -a '(__fish_complete_suffix .toml)' -d 'local settings: backend URLs, secret values, upstream overrides'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l mock-idps -d 'replace upstream providers by built-in ones of the same name'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l listen -x -d 'the address to listen on'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l issuer -x -d 'the issuer that tokens and metadata name'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l keep-issuer -d 'keep the issuer, audience and resource of the configuration'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l log-format -x -a 'auto human json' -d 'how the log on standard error is written'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l color -x -a 'auto always never' -d 'colour the output'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l verbose -s v -d 'log every step, not only one line a request'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l quiet -s q -d 'log warnings and errors only, and print no banner'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from serve' -F

complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -l server -x -d 'the server to render when the files hold several'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -l effective -d 'fill in every default and say where each value comes from'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -l overlay -x -a '(__fish_complete_suffix .toml)' -d 'local settings that --effective applies'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -l color -x -a 'auto always never' -d 'colour the output'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from render' -F

complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from schema' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from config; and __fish_seen_subcommand_from schema' -a 'VirtualMCPServer MCPExternalAuthConfig MCPOIDCConfig MCPGroup MCPServer MCPRemoteProxy MCPServerEntry vmcp authserver-config vmcpauth' -d 'a kind of manifest, or vmcp, authserver-config or vmcpauth for the files of that name'

complete -c vmcpauth -n '__fish_seen_subcommand_from version' -l help -s h -d 'print help and exit'

complete -c vmcpauth -n '__fish_seen_subcommand_from help' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from help' -a 'serve config version help' -d 'the command to explain'
