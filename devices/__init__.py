"""What stands in the venue: the wire contract, the ports to hardware, and what lies behind them."""
