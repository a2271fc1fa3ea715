# Every Serverless cluster of the region, through CloudWatch alone: no broker need be reachable. Alerts go to an SNS topic.
provider "aws" {
  region = "us-east-1"
}

variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }

module "mskfit" {
  source = "../.."

  vpc_id           = var.vpc_id
  subnet_ids       = var.subnet_ids
  create_sns_topic = true

  config = <<-YAML
    web: {listen: ":9444"}
    msk:
      - regions: [us-east-1]
        kinds: [serverless]
        cloudwatch: {monthly_budget_usd: 10}
    alerts:
      targets:
        mail: {sns: {topic_arn: "$${SNS_TOPIC_ARN}"}}
  YAML
}

output "sns_topic_arn" {
  value = module.mskfit.sns_topic_arn
}
