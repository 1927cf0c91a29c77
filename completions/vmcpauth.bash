# bash completion for vmcpauth(1). Generated from cli/options.cpp by ./dev generate. Do not edit.

_vmcpauth() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' before=''
  COMPREPLY=()
  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
  if [[ $command == @(config|token) ]] && ((COMP_CWORD > 2)); then
    command+=" ${COMP_WORDS[2]}"
  fi
  ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}
  # "--color=al" arrives as three words.
  if [[ $cur == '=' ]]; then
    cur='' before+='='
  elif [[ $before == '=' ]] && ((COMP_CWORD > 2)); then
    before="${COMP_WORDS[COMP_CWORD - 2]}="
  fi
  case "$command $before" in
    'serve --server' | 'serve --server=')
      return
      ;;
    'serve --overlay' | 'serve --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'serve --mock-idps=')
      return
      ;;
    'serve --listen' | 'serve --listen=')
      return
      ;;
    'serve --issuer' | 'serve --issuer=')
      return
      ;;
    'serve --log-format' | 'serve --log-format=')
      mapfile -t COMPREPLY < <(compgen -W 'auto human json' -- "$cur")
      return
      ;;
    'serve --color' | 'serve --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'serve --store' | 'serve --store=')
      return
      ;;
    'validate --select' | 'validate --select=')
      return
      ;;
    'validate --ignore' | 'validate --ignore=')
      return
      ;;
    'validate --baseline' | 'validate --baseline=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'validate --write-baseline' | 'validate --write-baseline=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'validate --crds' | 'validate --crds=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'validate --overlay' | 'validate --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'validate --deadline' | 'validate --deadline=')
      return
      ;;
    'validate --format' | 'validate --format=')
      mapfile -t COMPREPLY < <(compgen -W 'human json sarif github junit' -- "$cur")
      return
      ;;
    'validate --color' | 'validate --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'explain --color' | 'explain --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'login --scope' | 'login --scope=')
      return
      ;;
    'login --issuer' | 'login --issuer=')
      return
      ;;
    'login --port' | 'login --port=')
      return
      ;;
    'login --redirect-host' | 'login --redirect-host=')
      mapfile -t COMPREPLY < <(compgen -W '127.0.0.1 localhost' -- "$cur")
      return
      ;;
    'login --timeout' | 'login --timeout=')
      return
      ;;
    'login --ca' | 'login --ca=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'login --client-id' | 'login --client-id=')
      return
      ;;
    'login --client-secret-env' | 'login --client-secret-env=')
      return
      ;;
    'login --client-key' | 'login --client-key=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'login --client-key-id' | 'login --client-key-id=')
      return
      ;;
    'login --client-metadata-url' | 'login --client-metadata-url=')
      return
      ;;
    'login --assertion-env' | 'login --assertion-env=')
      return
      ;;
    'login --assertion-file' | 'login --assertion-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'login --id-token-env' | 'login --id-token-env=')
      return
      ;;
    'login --idp-token-endpoint' | 'login --idp-token-endpoint=')
      return
      ;;
    'login --idp-client-id' | 'login --idp-client-id=')
      return
      ;;
    'login --idp-client-secret-env' | 'login --idp-client-secret-env=')
      return
      ;;
    'logout --ca' | 'logout --ca=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'call --arg' | 'call --arg=')
      return
      ;;
    'call --args-json' | 'call --args-json=')
      return
      ;;
    'call --header' | 'call --header=')
      return
      ;;
    'call --revision' | 'call --revision=')
      mapfile -t COMPREPLY < <(compgen -W 'auto 2026-07-28 2025-11-25 2025-06-18 2025-03-26' -- "$cur")
      return
      ;;
    'call --elicit' | 'call --elicit=')
      mapfile -t COMPREPLY < <(compgen -W 'auto off ask defaults decline' -- "$cur")
      return
      ;;
    'call --color' | 'call --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'call --scope' | 'call --scope=')
      return
      ;;
    'call --issuer' | 'call --issuer=')
      return
      ;;
    'call --port' | 'call --port=')
      return
      ;;
    'call --redirect-host' | 'call --redirect-host=')
      mapfile -t COMPREPLY < <(compgen -W '127.0.0.1 localhost' -- "$cur")
      return
      ;;
    'call --timeout' | 'call --timeout=')
      return
      ;;
    'call --ca' | 'call --ca=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'call --client-id' | 'call --client-id=')
      return
      ;;
    'call --client-secret-env' | 'call --client-secret-env=')
      return
      ;;
    'call --client-key' | 'call --client-key=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'call --client-key-id' | 'call --client-key-id=')
      return
      ;;
    'call --client-metadata-url' | 'call --client-metadata-url=')
      return
      ;;
    'call --assertion-env' | 'call --assertion-env=')
      return
      ;;
    'call --assertion-file' | 'call --assertion-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'call --id-token-env' | 'call --id-token-env=')
      return
      ;;
    'call --idp-token-endpoint' | 'call --idp-token-endpoint=')
      return
      ;;
    'call --idp-client-id' | 'call --idp-client-id=')
      return
      ;;
    'call --idp-client-secret-env' | 'call --idp-client-secret-env=')
      return
      ;;
    'doctor --ca' | 'doctor --ca=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'doctor --color' | 'doctor --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token list --store' | 'token list --store=')
      return
      ;;
    'token list --server' | 'token list --server=')
      return
      ;;
    'token list --prefix' | 'token list --prefix=')
      return
      ;;
    'token list --provider' | 'token list --provider=')
      return
      ;;
    'token list --user' | 'token list --user=')
      return
      ;;
    'token list --expiring' | 'token list --expiring=')
      return
      ;;
    'token list --color' | 'token list --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token inspect --jwks' | 'token inspect --jwks=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token inspect --issuer' | 'token inspect --issuer=')
      return
      ;;
    'token inspect --config' | 'token inspect --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token inspect --overlay' | 'token inspect --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token inspect --store' | 'token inspect --store=')
      return
      ;;
    'token inspect --server' | 'token inspect --server=')
      return
      ;;
    'token inspect --prefix' | 'token inspect --prefix=')
      return
      ;;
    'token inspect --provider' | 'token inspect --provider=')
      return
      ;;
    'token inspect --color' | 'token inspect --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token doctor --config' | 'token doctor --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token doctor --overlay' | 'token doctor --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token doctor --store' | 'token doctor --store=')
      return
      ;;
    'token doctor --server' | 'token doctor --server=')
      return
      ;;
    'token doctor --prefix' | 'token doctor --prefix=')
      return
      ;;
    'token doctor --provider' | 'token doctor --provider=')
      return
      ;;
    'token doctor --user' | 'token doctor --user=')
      return
      ;;
    'token doctor --color' | 'token doctor --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token get --provider' | 'token get --provider=')
      return
      ;;
    'token get --user' | 'token get --user=')
      return
      ;;
    'token get --config' | 'token get --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token get --overlay' | 'token get --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token get --store' | 'token get --store=')
      return
      ;;
    'token get --server' | 'token get --server=')
      return
      ;;
    'token get --prefix' | 'token get --prefix=')
      return
      ;;
    'token refresh --config' | 'token refresh --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token refresh --overlay' | 'token refresh --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token refresh --store' | 'token refresh --store=')
      return
      ;;
    'token refresh --server' | 'token refresh --server=')
      return
      ;;
    'token refresh --prefix' | 'token refresh --prefix=')
      return
      ;;
    'token refresh --provider' | 'token refresh --provider=')
      return
      ;;
    'token refresh --user' | 'token refresh --user=')
      return
      ;;
    'token refresh --color' | 'token refresh --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token exchange --backend' | 'token exchange --backend=')
      return
      ;;
    'token exchange --token-url' | 'token exchange --token-url=')
      return
      ;;
    'token exchange --audience' | 'token exchange --audience=')
      return
      ;;
    'token exchange --resource' | 'token exchange --resource=')
      return
      ;;
    'token exchange --scope' | 'token exchange --scope=')
      return
      ;;
    'token exchange --subject-provider' | 'token exchange --subject-provider=')
      return
      ;;
    'token exchange --subject-token-type' | 'token exchange --subject-token-type=')
      mapfile -t COMPREPLY < <(compgen -W 'access_token id_token jwt' -- "$cur")
      return
      ;;
    'token exchange --subject-token-file' | 'token exchange --subject-token-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token exchange --client-id' | 'token exchange --client-id=')
      return
      ;;
    'token exchange --client-secret-env' | 'token exchange --client-secret-env=')
      return
      ;;
    'token exchange --client-secret-file' | 'token exchange --client-secret-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token exchange --config' | 'token exchange --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token exchange --overlay' | 'token exchange --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token exchange --store' | 'token exchange --store=')
      return
      ;;
    'token exchange --server' | 'token exchange --server=')
      return
      ;;
    'token exchange --prefix' | 'token exchange --prefix=')
      return
      ;;
    'token exchange --user' | 'token exchange --user=')
      return
      ;;
    'token exchange --color' | 'token exchange --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token revoke --config' | 'token revoke --config=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token revoke --overlay' | 'token revoke --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'token revoke --revocation-url' | 'token revoke --revocation-url=')
      return
      ;;
    'token revoke --provider' | 'token revoke --provider=')
      return
      ;;
    'token revoke --user' | 'token revoke --user=')
      return
      ;;
    'token revoke --store' | 'token revoke --store=')
      return
      ;;
    'token revoke --server' | 'token revoke --server=')
      return
      ;;
    'token revoke --prefix' | 'token revoke --prefix=')
      return
      ;;
    'token revoke --color' | 'token revoke --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
    'token dump --store' | 'token dump --store=')
      return
      ;;
    'token dump --server' | 'token dump --server=')
      return
      ;;
    'token dump --prefix' | 'token dump --prefix=')
      return
      ;;
    'token dump --output' | 'token dump --output=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token dump --passphrase-file' | 'token dump --passphrase-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'token import --store' | 'token import --store=')
      return
      ;;
    'token import --server' | 'token import --server=')
      return
      ;;
    'token import --prefix' | 'token import --prefix=')
      return
      ;;
    'token import --passphrase-file' | 'token import --passphrase-file=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    'config render --server' | 'config render --server=')
      return
      ;;
    'config render --overlay' | 'config render --overlay=')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur"; compgen -f -X '!*.toml' -- "$cur")
      return
      ;;
    'config render --color' | 'config render --color=')
      mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
      return
      ;;
  esac
  case $command in
    'serve')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--server --overlay --mock-idps --strict-upstreams --walkthrough --listen --issuer --keep-issuer --log-format --color --verbose -v --quiet -q --store --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'validate')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--strict --select --ignore --baseline --write-baseline --crds --overlay --online --deadline --format --color --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'explain')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--color --help -h' -- "$cur")
      fi
      ;;
    'login')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--scope --issuer --port --redirect-host --no-browser --timeout --dpop --ca --client-id --client-secret-env --client-key --client-key-id --client-metadata-url --device --client-credentials --assertion-env --assertion-file --id-token-env --idp-token-endpoint --idp-client-id --idp-client-secret-env --verbose -v --quiet -q --help -h' -- "$cur")
      fi
      ;;
    'logout')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--ca --verbose -v --quiet -q --help -h' -- "$cur")
      fi
      ;;
    'call')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--arg -a --args-json --header -H --revision --elicit --login --json --color --verbose -v --quiet -q --scope --issuer --port --redirect-host --no-browser --timeout --dpop --ca --client-id --client-secret-env --client-key --client-key-id --client-metadata-url --device --client-credentials --assertion-env --assertion-file --id-token-env --idp-token-endpoint --idp-client-id --idp-client-secret-env --help -h' -- "$cur")
      fi
      ;;
    'doctor')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--ca --json --color --verbose -v --quiet -q --help -h' -- "$cur")
      fi
      ;;
    'token list')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--store --server --prefix --provider --user --expired --expiring --watch --json --color --help -h' -- "$cur")
      fi
      ;;
    'token inspect')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--jwks --issuer --config --overlay --store --server --prefix --provider --json --color --help -h' -- "$cur")
      fi
      ;;
    'token doctor')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--config --overlay --store --server --prefix --provider --user --all --strict --json --color --help -h' -- "$cur")
      fi
      ;;
    'token get')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--provider --user --id-token --config --overlay --store --server --prefix --write --verbose -v --help -h' -- "$cur")
      fi
      ;;
    'token refresh')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--config --overlay --store --server --prefix --write --provider --user --json --color --verbose -v --help -h' -- "$cur")
      fi
      ;;
    'token exchange')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--backend --token-url --audience --resource --scope --subject-provider --subject-token-type --subject-token-file --client-id --client-secret-env --client-secret-file --dry-run -n --try --reveal --config --overlay --store --server --prefix --user --json --color --verbose -v --help -h' -- "$cur")
      fi
      ;;
    'token revoke')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--config --overlay --local-only --revocation-url --provider --user --store --server --prefix --write --dry-run -n --json --color --verbose -v --help -h' -- "$cur")
      fi
      ;;
    'token dump')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--store --server --prefix --output -o --reveal --encrypt --passphrase-file --help -h' -- "$cur")
      fi
      ;;
    'token import')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--store --server --prefix --write --dry-run -n --passphrase-file --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'config render')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--server --effective --overlay --color --help -h' -- "$cur")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      fi
      ;;
    'config schema')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'VirtualMCPServer MCPExternalAuthConfig MCPOIDCConfig MCPGroup MCPServer MCPRemoteProxy MCPServerEntry MCPToolConfig vmcp authserver-config vmcpauth' -- "$cur")
      fi
      ;;
    'version')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      fi
      ;;
    'help')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'serve validate explain login logout call doctor token config version help' -- "$cur")
      fi
      ;;
    'config')
      mapfile -t COMPREPLY < <(compgen -W 'render schema' -- "$cur")
      ;;
    'token')
      mapfile -t COMPREPLY < <(compgen -W 'list inspect doctor get refresh exchange revoke dump import' -- "$cur")
      ;;
    *)
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--version -V --help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'serve validate explain login logout call doctor token config version help' -- "$cur")
      fi
      ;;
  esac
}

complete -F _vmcpauth vmcpauth
