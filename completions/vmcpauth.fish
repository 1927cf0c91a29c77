# fish completion for vmcpauth(1). Generated from cli/options.cpp by ./dev generate. Do not edit.

complete -c vmcpauth -f

complete -c vmcpauth -n __fish_use_subcommand -a serve -d 'run the authorization server and the injecting proxy on this machine'
complete -c vmcpauth -n __fish_use_subcommand -a validate -d 'check the authentication of a vMCP configuration'
complete -c vmcpauth -n __fish_use_subcommand -a explain -d 'say what a finding means'
complete -c vmcpauth -n __fish_use_subcommand -a version -d 'print the version'
complete -c vmcpauth -n __fish_use_subcommand -a help -d 'explain a command'
complete -c vmcpauth -n __fish_use_subcommand -l version -s V -d 'print the version and exit'
complete -c vmcpauth -n __fish_use_subcommand -l help -s h -d 'print help and exit'

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

complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l strict -d 'fail on warnings, too'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l select -x -d 'report these rules only'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l ignore -x -d 'do not report these rules'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l baseline -r -F -d 'accept the findings that FILE lists'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l write-baseline -r -F -d 'list all errors and warnings in FILE, for --baseline'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l crds -r -F -d 'check manifests against these CustomResourceDefinitions, too'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l overlay -x -a '(__fish_complete_suffix .toml)' -d 'local settings to check along with the rest'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l format -x -a 'human json sarif github junit' -d 'how findings are printed'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l color -x -a 'auto always never' -d 'colour the output'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from validate' -F

complete -c vmcpauth -n '__fish_seen_subcommand_from explain' -l color -x -a 'auto always never' -d 'colour the output'
complete -c vmcpauth -n '__fish_seen_subcommand_from explain' -l help -s h -d 'print help and exit'

complete -c vmcpauth -n '__fish_seen_subcommand_from version' -l help -s h -d 'print help and exit'

complete -c vmcpauth -n '__fish_seen_subcommand_from help' -l help -s h -d 'print help and exit'
complete -c vmcpauth -n '__fish_seen_subcommand_from help' -a 'serve validate explain version help' -d 'the command to explain'
