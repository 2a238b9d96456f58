using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PoshAcmeSharp.AcmeTestServers;

namespace PoshAcmeSharp.ScriptedHost;

/// <summary>Sets those options of the server that a JSON object names, in camel case. What it does not name stays.</summary>
internal static class OptionsReader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new WindowConverter() } };

    /// <summary>Sets options.</summary>
    /// <param name="options">What is changed.</param>
    /// <param name="values">Names and values.</param>
    /// <exception cref="ArgumentException">There is no such option.</exception>
    public static void Apply(ScriptedAcmeOptions options, JsonObject values)
    {
        foreach (var (name, value) in values)
        {
            var option = typeof(ScriptedAcmeOptions).GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
                ?? throw new ArgumentException($"There is no option {name}.");
            option.SetValue(options, value.Deserialize(option.PropertyType, Json));
        }
    }

    /// <summary>A window as renewal information has it: start and end.</summary>
    private sealed class WindowConverter : JsonConverter<(DateTimeOffset Start, DateTimeOffset End)>
    {
        public override (DateTimeOffset Start, DateTimeOffset End) Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var window = JsonNode.Parse(ref reader)!;
            return ((DateTimeOffset)window["start"]!, (DateTimeOffset)window["end"]!);
        }

        public override void Write(Utf8JsonWriter writer, (DateTimeOffset Start, DateTimeOffset End) value, JsonSerializerOptions options)
            => throw new NotSupportedException("Options are only read.");
    }
}
