# bash completion for vmcpauth(1). Generated from cli/options.cpp by ./dev generate. Do not edit.

_vmcpauth() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' before=''
  COMPREPLY=()
  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
  if [[ $command == @(config) ]] && ((COMP_CWORD > 2)); then
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
        mapfile -t COMPREPLY < <(compgen -W '--server --overlay --mock-idps --listen --issuer --keep-issuer --log-format --color --verbose -v --quiet -q --help -h' -- "$cur")
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
        mapfile -t COMPREPLY < <(compgen -W '--scope --issuer --port --no-browser --timeout --dpop --ca --client-id --client-secret-env --client-key --client-key-id --client-metadata-url --device --client-credentials --assertion-env --assertion-file --id-token-env --idp-token-endpoint --idp-client-id --idp-client-secret-env --verbose -v --quiet -q --help -h' -- "$cur")
      fi
      ;;
    'logout')
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--ca --verbose -v --quiet -q --help -h' -- "$cur")
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
        mapfile -t COMPREPLY < <(compgen -W 'VirtualMCPServer MCPExternalAuthConfig MCPOIDCConfig MCPGroup MCPServer MCPRemoteProxy MCPServerEntry vmcp authserver-config vmcpauth' -- "$cur")
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
        mapfile -t COMPREPLY < <(compgen -W 'serve validate explain login logout config version help' -- "$cur")
      fi
      ;;
    'config')
      mapfile -t COMPREPLY < <(compgen -W 'render schema' -- "$cur")
      ;;
    *)
      if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--version -V --help -h' -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W 'serve validate explain login logout config version help' -- "$cur")
      fi
      ;;
  esac
}

complete -F _vmcpauth vmcpauth
