from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("support", "0009_reader_of_orders")]

    operations = [
        migrations.AddField(
            model_name="replytemplate",
            name="settles",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "This reply settles the matter: nobody has to do anything after it. Only such"
                    " replies may go without a person."
                ),
                verbose_name="settles the matter",
            ),
        ),
    ]
