/**
 * The device classes that Home Assistant knows (2026.11): it drops an entity that has any other.
 * `none` is the bridge's own word for having none.
 */
export const binarySensorClasses =
  'none battery battery_charging carbon_monoxide cold connectivity door garage_door gas glass_break heat light lock moisture motion moving occupancy opening plug power presence problem running safety smoke sound tamper update vibration window'.split(
    ' ',
  );

/** Those of numbers: a register is neither a date nor one of several words. */
export const sensorClasses =
  'none absolute_humidity apparent_power aqi area atmospheric_pressure battery blood_glucose_concentration carbon_dioxide carbon_monoxide conductivity current data_rate data_size distance duration energy energy_distance energy_storage frequency gas humidity illuminance irradiance moisture monetary nitrogen_dioxide nitrogen_monoxide nitrous_oxide ozone ph pm1 pm10 pm25 pm4 power power_factor precipitation precipitation_intensity pressure radon reactive_energy reactive_power signal_strength sound_pressure speed sulphur_dioxide temperature temperature_delta volatile_organic_compounds volatile_organic_compounds_parts voltage volume volume_flow_rate volume_storage water weight wind_direction wind_speed'.split(
    ' ',
  );
