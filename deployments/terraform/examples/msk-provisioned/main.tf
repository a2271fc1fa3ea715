# A Provisioned cluster, through CloudWatch and through its brokers with IAM: topics, groups and partitions are measured too.
provider "aws" {
  region = "eu-west-1"
}

variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "msk_security_group_id" { type = string }

variable "bootstrap_brokers_sasl_iam" {
  description = "bootstrap_brokers_sasl_iam of the aws_msk_cluster."
  type        = string
}

module "mskfit" {
  source = "../.."

  vpc_id                   = var.vpc_id
  subnet_ids               = var.subnet_ids
  kafka_iam                = true
  kafka_ports              = [9098]
  kafka_security_group_ids = { msk = var.msk_security_group_id }

  config = yamlencode({
    region = "eu-west-1"
    web    = { listen = ":9444" }
    clusters = [{
      name = "orders"
      msk  = { name = "orders" }
      kafka = {
        bootstrap = split(",", var.bootstrap_brokers_sasl_iam)
        tls       = { enabled = true }
        sasl      = { mechanism = "AWS_MSK_IAM" }
      }
      requirements = { operations_team = true }
    }]
  })
}
