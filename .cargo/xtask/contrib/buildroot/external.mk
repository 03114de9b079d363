include $(sort $(wildcard $(BR2_EXTERNAL_IPSO_PATH)/package/*/*.mk))
