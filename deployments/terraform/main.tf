data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_sns_topic" "alerts" {
  count             = var.create_sns_topic ? 1 : 0
  name              = "${var.name}-alerts"
  kms_master_key_id = var.sns_kms_key_id
  tags              = var.tags
}

resource "aws_ecs_cluster" "this" {
  count = var.ecs_cluster_arn == null ? 1 : 0
  name  = var.name
  tags  = var.tags
}

locals {
  # What Fargate takes (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html): MiB by CPU units.
  memory_of_cpu = {
    256   = [512, 1024, 2048]
    512   = range(1024, 4097, 1024)
    1024  = range(2048, 8193, 1024)
    2048  = range(4096, 16385, 1024)
    4096  = range(8192, 30721, 1024)
    8192  = range(16384, 61441, 4096)
    16384 = range(32768, 122881, 8192)
  }
  parsed   = try(yamldecode(var.config), {})
  postgres = try(local.parsed.ledger.postgres_url, local.parsed.ledger.postgres_url_file, "")
  stored   = local.postgres != "" && try(local.parsed.history.external.write_url, "") != ""

  environment = merge(
    { MSKFIT_CONFIG = var.config },
    var.create_sns_topic ? { SNS_TOPIC_ARN = aws_sns_topic.alerts[0].arn } : {},
  )
  container = {
    name                   = "mskfit"
    image                  = var.image
    essential              = true
    command                = ["run", "--config=env:MSKFIT_CONFIG"]
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"], add = [] } }
    stopTimeout            = 15 # mskfit ends within 10 s
    environment            = [for k, v in local.environment : { name = k, value = v }]
    secrets                = [for k, v in var.secrets : { name = k, valueFrom = v }]
    portMappings           = [{ containerPort = 9444, protocol = "tcp", name = "http" }]
    mountPoints            = [{ sourceVolume = "data", containerPath = "/var/lib/mskfit", readOnly = false }]
    healthCheck = {
      command     = ["CMD", "/usr/local/bin/mskfit", "healthcheck", "--config=env:MSKFIT_CONFIG"]
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = "mskfit"
      }
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode([local.container])
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  lifecycle {
    precondition {
      condition     = contains(lookup(local.memory_of_cpu, tostring(var.cpu), []), var.memory)
      error_message = "cpu, memory: Fargate has no task of ${var.cpu} CPU units with ${var.memory} MiB. Memory for this cpu: ${join(", ", lookup(local.memory_of_cpu, tostring(var.cpu), ["none, cpu must be 256, 512, 1024, 2048, 4096, 8192 or 16384"]))}."
    }
    precondition {
      condition     = var.storage == "efs" || local.stored
      error_message = "storage: external keeps no volume, and a restart would lose history and ledger. Set ledger.postgres_url and history.external.write_url in config, or storage = \"efs\"."
    }
  }

  volume {
    name = "data"
    dynamic "efs_volume_configuration" {
      for_each = aws_efs_file_system.data
      content {
        file_system_id     = efs_volume_configuration.value.id
        transit_encryption = "ENABLED"
        authorization_config {
          access_point_id = aws_efs_access_point.data[0].id
          iam             = "ENABLED"
        }
      }
    }
  }
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.ecs_cluster_arn == null ? aws_ecs_cluster.this[0].arn : var.ecs_cluster_arn
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = 1
  tags            = var.tags

  # The old task ends before the new one starts: two must not write to one data directory.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.task.id]
    assign_public_ip = false
  }

  depends_on = [aws_efs_mount_target.data, aws_iam_role_policy.task]
}
