module "sandbox" {
  source  = "../../modules/sandbox"
  project = "climate"
}
