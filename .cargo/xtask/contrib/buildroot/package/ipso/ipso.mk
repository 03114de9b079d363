################################################################################
#
# ipso
#
################################################################################

IPSO_VERSION = @VERSION@
IPSO_SOURCE = ipso-$(IPSO_VERSION)-source.tar.gz
IPSO_SITE = $(call qstrip,$(BR2_PACKAGE_IPSO_SITE))
IPSO_LICENSE = MIT or Apache-2.0
IPSO_LICENSE_FILES = LICENSE-MIT LICENSE-APACHE

IPSO_PARTS = $(call qstrip,$(BR2_PACKAGE_IPSO_PARTS))
ifeq ($(BR2_PACKAGE_IPSO_CORE),y)
IPSO_FEATURES = --no-default-features $(if $(IPSO_PARTS),--features $(IPSO_PARTS))
endif
IPSO_CARGO_BUILD_OPTS = $(IPSO_FEATURES)
IPSO_CARGO_INSTALL_OPTS = $(IPSO_FEATURES)

define IPSO_INSTALL_ISOLATE
	ln -sf ipso $(TARGET_DIR)/usr/bin/isolate
endef
IPSO_POST_INSTALL_TARGET_HOOKS += IPSO_INSTALL_ISOLATE

ifeq ($(BR2_PACKAGE_IPSO_IP),y)
# The later one wins.
IPSO_DEPENDENCIES += $(if $(BR2_PACKAGE_BUSYBOX),busybox)
define IPSO_INSTALL_IP
	ln -sf ../usr/bin/ipso $(TARGET_DIR)/sbin/ip
endef
IPSO_POST_INSTALL_TARGET_HOOKS += IPSO_INSTALL_IP
endif

$(eval $(cargo-package))
