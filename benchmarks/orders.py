"""What is ordered when something is measured."""

__all__ = ["DOCUMENT"]

DOCUMENT = {
    "files": [
        {"url": f"https://example.com/photos/house/image{n}.jpg"} for n in range(6)
    ],
    "template_params": {
        "template_id": "ActiveListing1",
        "aspect_ratio": "16:9",
        "soundtrack_url": "https://example.com/music.mp3",
        "logo_url": "https://example.com/logo.png",
        "property_details": {
            "address": "123 Main St",
            "price": "$500,000",
            "details": "3 bed, 2 bath",
        },
        "contact_details": {
            "name": "Sample Realty",
            "phone": "(555) 123-4567",
            "website": "www.example.com",
        },
    },
}
