locals {
  efs = var.storage == "efs" ? 1 : 0
}

resource "aws_efs_file_system" "data" {
  count     = local.efs
  encrypted = true
  tags      = merge(var.tags, { Name = var.name })

  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }
}

resource "aws_efs_access_point" "data" {
  count          = local.efs
  file_system_id = aws_efs_file_system.data[0].id
  tags           = var.tags

  posix_user {
    uid = 65532
    gid = 65532
  }
  root_directory {
    path = "/mskfit"
    creation_info {
      owner_uid   = 65532
      owner_gid   = 65532
      permissions = "0700"
    }
  }
}

resource "aws_efs_mount_target" "data" {
  count           = local.efs * length(var.subnet_ids)
  file_system_id  = aws_efs_file_system.data[0].id
  subnet_id       = var.subnet_ids[count.index]
  security_groups = [aws_security_group.efs[0].id]
}

resource "aws_security_group" "efs" {
  count       = local.efs
  name        = "${var.name}-efs"
  description = "data of mskfit"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "efs" {
  count                        = local.efs
  security_group_id            = aws_security_group.efs[0].id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.task.id
}

resource "aws_vpc_security_group_egress_rule" "efs" {
  count                        = local.efs
  security_group_id            = aws_security_group.task.id
  description                  = "data"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.efs[0].id
}
