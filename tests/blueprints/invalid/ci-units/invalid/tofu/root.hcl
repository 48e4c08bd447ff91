inputs = {
  token = get_env("RANCHER_TOKEN_KEY", "")
}
