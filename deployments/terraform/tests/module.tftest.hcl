# Plans the module with a provider that answers nothing: no account is needed. `terraform test` runs it.
mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\": \"2012-10-17\", \"Statement\": []}" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:mskfit-alerts" }
  }
  mock_resource "aws_efs_file_system" {
    defaults = { arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mskfit" }
  }
  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/mskfit:1" }
  }
  mock_resource "aws_ecs_cluster" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/mskfit" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/mskfit" }
  }
}

variables {
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1", "subnet-2"]
  config     = "{msk: [{regions: [us-east-1]}]}"
}

run "least" {
  assert {
    condition     = length(jsondecode(output.task_policy).Statement) == 5
    error_message = "the default policy is that of watching MSK, and the mount"
  }
  assert {
    condition     = contains(flatten([for s in jsondecode(output.task_policy).Statement : s.Resource]), "arn:aws:kafka:us-east-1:123456789012:cluster/*/*")
    error_message = "resources are narrowed to region and account"
  }
  assert {
    condition     = aws_ecs_service.this.deployment_maximum_percent == 100
    error_message = "two tasks must not write to one data directory"
  }
}

run "everything" {
  variables {
    kafka_iam                = true
    create_sns_topic         = true
    regions                  = ["us-east-1", "eu-west-1"]
    secrets                  = { PASSWORD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka" }
    kafka_security_group_ids = { msk = "sg-1" }
    kafka_ports              = [9096, 9098]
    image                    = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mskfit:0.1.0"
  }
  assert {
    condition     = alltrue([for s in jsondecode(output.task_policy).Statement : alltrue([for a in s.Action : !strcontains(a, "*")])])
    error_message = "a wildcard action is granted to the task"
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.execution.policy).Statement : alltrue([for a in s.Action : !strcontains(a, "*")])])
    error_message = "a wildcard action is granted to the execution role"
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.kafka) == 2
    error_message = "the brokers let mskfit in on each port"
  }
}

run "external" {
  variables {
    storage   = "external"
    watch_msk = false
    config    = "{msk: [{regions: [us-east-1]}], ledger: {postgres_url_file: /x}, history: {external: {write_url: 'http://p/write', query_url: 'http://p'}}}"
  }
  assert {
    condition     = length(aws_efs_file_system.data) == 0 && length(aws_iam_role_policy.task) == 0
    error_message = "a self-managed cluster with external stores needs nothing of AWS"
  }
}

run "nothing_to_watch" {
  command = plan
  variables {
    config = "{web: {listen: ':9444'}}"
  }
  expect_failures = [var.config]
}

run "no_yaml" {
  command = plan
  variables {
    config = "just text"
  }
  expect_failures = [var.config]
}

run "other_port" {
  command = plan
  variables {
    config = "{msk: [{regions: [us-east-1]}], web: {listen: ':80'}}"
  }
  expect_failures = [var.config]
}

run "bad_values" {
  command = plan
  variables {
    name             = "Mskfit!"
    storage          = "s3"
    cpu_architecture = "arm"
    kafka_ports      = [0]
    subnet_ids       = []
    secrets          = { A = "plain text" }
    extra_egress     = { postgres = { port = 5432, cidr = "everywhere" } }
    policy_json      = "{\"iam_policy\": {}}"
  }
  expect_failures = [var.name, var.storage, var.cpu_architecture, var.kafka_ports, var.subnet_ids, var.secrets, var.extra_egress, var.policy_json]
}

run "no_such_task" {
  command = plan
  variables {
    memory = 3000
  }
  expect_failures = [aws_ecs_task_definition.this]
}

run "nothing_kept" {
  command = plan
  variables {
    storage = "external"
  }
  expect_failures = [aws_ecs_task_definition.this]
}
