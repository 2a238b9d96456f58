using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>The challenge answers of an order that are out in the world.</content>
public sealed partial class ProfileStore
{
    /// <summary>A file of ours in the folder of the order, there as long as something is published.</summary>
    private const string PublishedAnswersFile = "published.json";

    /// <summary>What a run that has ended may have left. A file that cannot be read is a warning, and counts as none.</summary>
    internal IReadOnlyList<PublishedAnswer> ReadPublishedAnswers(StoredOrder order)
    {
        try
        {
            return _files.ReadJson(PublishedAnswersPath(order)) is { } json && JsonText.Get(json, "answers") is JArray answers
                ? [.. answers.OfType<JObject>().Select(ReadPublishedAnswer).OfType<PublishedAnswer>()]
                : [];
        }
        catch (PoshAcmeException e)
        {
            _reporter.Warning($"{e.Message} Challenge answers of order '{order.Name}' that a former run has left are not removed.");
            return [];
        }
    }

    /// <summary>Keeps what is published. Needs the order's lock.</summary>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    internal void SavePublishedAnswers(StoredOrder order, IReadOnlyCollection<PublishedAnswer> answers)
    {
        if (answers.Count == 0)
        {
            _files.Delete(PublishedAnswersPath(order));
            return;
        }

        _files.WriteJson(PublishedAnswersPath(order), new JObject
        {
            ["answers"] = new JArray(answers.Select(a =>
            {
                var json = new JObject { ["plugin"] = a.Plugin, ["name"] = a.Name, ["value"] = a.Value };
                if (a.Token is not null)
                {
                    json["token"] = a.Token;
                }

                if (a.Arguments is not null)
                {
                    json["arguments"] = a.Arguments;
                }

                return json;
            })),
        });
    }

    private static PublishedAnswer? ReadPublishedAnswer(JObject json)
        => JsonText.GetString(json, "plugin") is { } plugin && JsonText.GetString(json, "name") is { } name && JsonText.GetString(json, "value") is { } value
            ? new PublishedAnswer(plugin, name, JsonText.GetString(json, "token"), value, JsonText.GetString(json, "arguments"))
            : null;

    private static string PublishedAnswersPath(StoredOrder order) => Path.Combine(order.Folder, PublishedAnswersFile);
}
