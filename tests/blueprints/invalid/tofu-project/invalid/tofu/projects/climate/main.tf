module "sandbox" {
  source  = "../../modules/sandbox"
  project = "weather"
}
