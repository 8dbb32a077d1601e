"""What authors use on their own machine: checking their texts and looking at them."""
