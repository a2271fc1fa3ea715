# 2 × MSK Serverless for two teams.
#
# Written by mskfit plan; read it before you apply it.
# Price by mskfit: $83,487.95 a month

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "AWS region of the cluster; prices and limits were taken for this one."
  type        = string
  default     = "eu-west-1"
}

variable "subnet_ids" {
  description = "Subnets of the clients' side, in 2 or 3 availability zones that MSK Serverless has in this region."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of the brokers; they must let clients in on port 9098."
  type        = list(string)
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

resource "aws_msk_serverless_cluster" "part_1" {
  cluster_name = "two-teams-1"

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }

  tags = var.tags
}

resource "aws_msk_serverless_cluster" "part_2" {
  cluster_name = "two-teams-2"

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }

  tags = var.tags
}

data "aws_msk_bootstrap_brokers" "part_1" {
  cluster_arn = aws_msk_serverless_cluster.part_1.arn
}

data "aws_msk_bootstrap_brokers" "part_2" {
  cluster_arn = aws_msk_serverless_cluster.part_2.arn
}

output "clusters" {
  description = "ARN, id for IAM policies, and bootstrap brokers of each cluster."
  value = {
    "two-teams-1" = {
      arn                        = aws_msk_serverless_cluster.part_1.arn
      uuid                       = aws_msk_serverless_cluster.part_1.cluster_uuid
      bootstrap_brokers_sasl_iam = data.aws_msk_bootstrap_brokers.part_1.bootstrap_brokers_sasl_iam
    }
    "two-teams-2" = {
      arn                        = aws_msk_serverless_cluster.part_2.arn
      uuid                       = aws_msk_serverless_cluster.part_2.cluster_uuid
      bootstrap_brokers_sasl_iam = data.aws_msk_bootstrap_brokers.part_2.bootstrap_brokers_sasl_iam
    }
  }
}
