"""SLogII quantizer, integer golden model and compiler of the ASLog accelerator."""
